// SPDX-License-Identifier: Apache-2.0
import { DEGREE } from '@training-ledger/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneTimeKeys, readyCommittee, refusal, sumOf } from './committee.test.helper.ts';
import { openKeySum, openWithError } from './open-key-sum.ts';
import { parsePartialDecryption } from './partial-decryption.ts';
import { sealEncryptor } from './seal.test.helper.ts';

describe('opening sums', () => {
  it.each([
    [2, 2],
    [3, 3],
    [5, 5],
    [3, 2],
    [5, 3],
    [7, 4],
  ])(
    'of %i members any %i open 1,000 ciphertexts that SEAL encrypted and added',
    async (members, threshold) => {
      const committee = readyCommittee(members, threshold);
      const { encryptSum } = await sealEncryptor(committee.publicKey);
      const keys = oneTimeKeys(4, DEGREE);
      const sum = { keyPart: encryptSum(keys, 250), contributors: 1000 };
      const positions = Array.from({ length: members }, (_, i) => i + 1);
      // The first ones, and without them the last ones.
      for (const set of [positions.slice(0, threshold), positions.slice(-threshold).reverse()]) {
        expect(openKeySum({ sum, shares: committee.attempt(sum, 0, set) })).toEqual(
          sumOf(keys, 250),
        );
      }
    },
  );

  it('leaves room after 1,024 contributors and the smudging of seven members', async () => {
    const committee = readyCommittee(7, 7);
    const { encryptSum } = await sealEncryptor(committee.publicKey);
    const keys = oneTimeKeys(16, DEGREE);
    const sum = { keyPart: encryptSum(keys, 64), contributors: 1024 };
    const shares = committee.attempt(sum, 0, [1, 2, 3, 4, 5, 6, 7]);
    const { keySum, error, room } = openWithError({ sum, shares });
    expect(keySum).toEqual(sumOf(keys, 64));
    // Seven errors of up to 2^71: below 2^73.81 whatever they are.
    expect(error).toBeLessThan(73.81);
    expect(room).toBeGreaterThan(73.99);
  });

  it('takes 1,024 contributors whose keys all agree in a coefficient for an error', async () => {
    const committee = readyCommittee(2, 2);
    const { encryptSum } = await sealEncryptor(committee.publicKey);
    const key = new Int8Array(DEGREE);
    key[7] = 1;
    const open = (contributors: number) => {
      const sum = { keyPart: encryptSum([key], contributors), contributors };
      return openKeySum({ sum, shares: committee.attempt(sum, 0, [1, 2]) })[7];
    };
    expect(open(1023)).toBe(1023);
    expect(refusal(() => open(1024)).code).toBe('KEY_SUM_OUT_OF_RANGE');
  });

  describe('by two of three', () => {
    const committee = readyCommittee(3, 2);
    const keys = oneTimeKeys(2, DEGREE);
    let sum: { keyPart: Float64Array; contributors: number };
    let other: { keyPart: Float64Array; contributors: number };
    beforeAll(async () => {
      const { encryptSum } = await sealEncryptor(committee.publicKey);
      sum = { keyPart: encryptSum(keys), contributors: 2 };
      other = { keyPart: encryptSum(oneTimeKeys(2, DEGREE)), contributors: 2 };
    });

    it('one member alone gets nothing, also when it takes its own share twice', () => {
      const [own] = committee.attempt(sum, 0, [1, 2]);
      if (own === undefined) throw new Error('There is a share.');
      expect(refusal(() => openKeySum({ sum, shares: [own] })).code).toBe('DECRYPTION_SET_INVALID');
      const posed = { ...own, position: 2 };
      expect(refusal(() => openKeySum({ sum, shares: [own, posed] })).code).toBe(
        'KEY_SUM_OUT_OF_RANGE',
      );
      const silent = { ...posed, value: new Float64Array(own.value.length) };
      expect(refusal(() => openKeySum({ sum, shares: [own, silent] })).code).toBe(
        'KEY_SUM_OUT_OF_RANGE',
      );
    });

    it('shares of different sets or attempts are not put together', () => {
      const [first] = committee.attempt(sum, 0, [1, 2]);
      const [, third] = committee.attempt(sum, 0, [1, 3]);
      const [, second] = committee.attempt(sum, 1, [1, 2]);
      for (const shares of [[first, third], [first, second], [], [first, first]] as never[]) {
        expect(refusal(() => openKeySum({ sum, shares })).code).toBe('DECRYPTION_SET_INVALID');
      }
    });

    it('a share of another attempt is refused, one of another sum opens nothing', () => {
      const positions = [1, 2];
      const file = committee.shareFile(sum, 0, positions, 1);
      const part = { attempt: 1, position: 1, positions };
      expect(refusal(() => parsePartialDecryption(file, part))).toEqual({
        code: 'SHARE_MALFORMED',
        member: 1,
      });
      const [replayed] = committee.attempt(other, 0, positions);
      const [, second] = committee.attempt(sum, 0, positions);
      const shares = [replayed, second] as never;
      expect(refusal(() => openKeySum({ sum, shares })).code).toBe('KEY_SUM_OUT_OF_RANGE');
    });

    it('a share with one wrong coefficient opens nothing', () => {
      const shares = committee.attempt(sum, 0, [2, 3]);
      const value = shares[0]?.value as Float64Array;
      value[17] = ((value[17] as number) + 2 ** 42) % 8_796_092_833_793;
      expect(refusal(() => openKeySum({ sum, shares })).code).toBe('KEY_SUM_OUT_OF_RANGE');
    });

    it('refuses files that are not well formed', () => {
      const positions = [1, 3];
      const part = { attempt: 2, position: 3, positions };
      const file = committee.shareFile(sum, 2, positions, 3);
      const changed = (at: number, byte: number): Uint8Array => {
        const bytes = file.slice();
        bytes[at] = byte;
        return bytes;
      };
      const beyond = file.slice();
      // The first residue: 43 bits of ones.
      beyond.fill(255, 8, 14);
      const files = [
        file.slice(1),
        new Uint8Array([...file, 0]),
        new Uint8Array(),
        changed(0, 0),
        changed(5, 1),
        changed(7, 1),
        beyond,
      ];
      for (const bytes of files) {
        expect(refusal(() => parsePartialDecryption(bytes, part))).toEqual({
          code: 'SHARE_MALFORMED',
          member: 3,
        });
      }
      expect(parsePartialDecryption(file, part).value).toHaveLength(2 * DEGREE);
    });

    it('a member decrypts only in a set of its committee with itself', () => {
      const code = 'DECRYPTION_SET_INVALID';
      for (const set of [[1, 3], [2], [2, 2], [1, 2, 3], [0, 2], [2, 4], [1.5, 2]]) {
        expect(refusal(() => committee.shareFile(sum, 0, set, 2)).code).toBe(code);
      }
      for (const attempt of [-1, 256, 0.5]) {
        expect(refusal(() => committee.shareFile(sum, attempt, [1, 2], 2)).code).toBe(code);
      }
    });

    it('refuses limbs that are no sum of so many residues', () => {
      const shares = committee.attempt(sum, 0, [1, 2]);
      const limb = (value: number) => {
        const keyPart = sum.keyPart.slice();
        keyPart[3 * DEGREE] = value;
        return { keyPart, contributors: 2 };
      };
      const sums = [
        limb(2 * 8_796_092_858_368 + 1),
        limb(-1),
        limb(0.5),
        limb(Number.NaN),
        { ...sum, contributors: 0 },
        { ...sum, contributors: 1025 },
        { ...sum, keyPart: sum.keyPart.slice(1) },
      ];
      for (const wrong of sums) {
        expect(refusal(() => openKeySum({ sum: wrong, shares })).code).toBe('KEY_PART_MALFORMED');
      }
    });
  });
});
