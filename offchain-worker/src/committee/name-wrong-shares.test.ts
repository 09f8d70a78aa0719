// SPDX-License-Identifier: Apache-2.0
import { DEGREE } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import { oneTimeKeys, readyCommittee, refusal, setsOf, sumOf } from './committee.test.helper.ts';
import { dataModulus } from './data-modulus.ts';
import { keyRing } from './key-ring.ts';
import { inverseMod, mulMod } from './modular.ts';
import { nameWrongShares, relationBound, suspectShares } from './name-wrong-shares.ts';
import { openKeySum } from './open-key-sum.ts';
import type { PartialDecryption } from './partial-decryption.ts';
import { sealEncryptor } from './seal.test.helper.ts';

/** A sum that a committee can open. */
async function summed(members: number, threshold: number) {
  const committee = readyCommittee(members, threshold);
  const { encryptSum } = await sealEncryptor(committee.publicKey);
  const keys = oneTimeKeys(2, DEGREE);
  const sum = { keyPart: encryptSum(keys), contributors: 2 };
  return { committee, keys, sum };
}

/** Adds a whole number to a coefficient of a share. */
function spoil({ value }: PartialDecryption, coefficient: number, error: bigint): void {
  keyRing()
    .primes.slice(0, 2)
    .forEach((prime, l) => {
      const at = l * DEGREE + coefficient;
      const p = BigInt(prime);
      value[at] = Number((((BigInt(value[at] as number) + error) % p) + p) % p);
    });
}

describe('wrong partial decryptions', () => {
  it('spoil an attempt, and are named after another set opened', async () => {
    const { committee, keys, sum } = await summed(5, 3);
    const failed = committee.attempt(sum, 0, [1, 2, 4]);
    spoil(failed[1] as PartialDecryption, 4095, 1n << 80n);
    expect(refusal(() => openKeySum({ sum, shares: failed })).code).toBe('KEY_SUM_OUT_OF_RANGE');
    const shares = committee.attempt(sum, 1, [1, 3, 5]);
    expect(openKeySum({ sum, shares })).toEqual(sumOf(keys));
    expect(nameWrongShares({ shares }, failed)).toEqual([2]);
  });

  it('that shift the key sum by one open, do not agree with another set, and are named', async () => {
    const { committee, keys, sum } = await summed(3, 2);
    const scale = dataModulus(keyRing()) / 2048n;
    const shifted = committee.attempt(sum, 0, [1, 2]);
    const at = sumOf(keys).indexOf(0);
    spoil(shifted[0] as PartialDecryption, at, scale);
    expect(openKeySum({ sum, shares: shifted })[at]).toBe(1);
    const shares = committee.attempt(sum, 1, [2, 3]);
    expect(nameWrongShares({ shares }, shifted)).toEqual([1]);
  });

  it('of another round are named', async () => {
    const { committee, sum } = await summed(3, 2);
    const other = { ...sum, keyPart: sum.keyPart.map((limb, i) => (i === 3 * DEGREE ? 5 : limb)) };
    const [replayed] = committee.attempt(other, 0, [1, 2]);
    const shares = committee.attempt(sum, 1, [2, 3]);
    expect(nameWrongShares({ shares }, [replayed as PartialDecryption])).toEqual([1]);
  });

  it('are told from honest ones in every pair of sets', async () => {
    const { committee, sum } = await summed(4, 3);
    const attempts = [...setsOf(4, 3)].map((set, i) => committee.attempt(sum, i, set));
    for (const shares of attempts) {
      for (const other of attempts) {
        expect(nameWrongShares({ shares }, other)).toEqual([]);
        expect(suspectShares({ shares }, other)).toEqual([]);
        const wrong = other.map((share) => ({ ...share, value: share.value.slice() }));
        if (other === shares) continue;
        spoil(wrong[2] as PartialDecryption, 0, 1n << 83n);
        expect(nameWrongShares({ shares }, wrong)).toEqual([wrong[2]?.position]);
      }
    }
  });

  it('by half an error modulo q leave suspects', async () => {
    const { committee, sum } = await summed(3, 2);
    const half = committee.attempt(sum, 0, [1, 2]);
    const value = (half[0] as PartialDecryption).value;
    keyRing()
      .primes.slice(0, 2)
      .forEach((p, l) => {
        value[l * DEGREE] = ((value[l * DEGREE] as number) + mulMod(1, inverseMod(2, p), p)) % p;
      });
    expect(refusal(() => openKeySum({ sum, shares: half })).code).toBe('KEY_SUM_OUT_OF_RANGE');
    const shares = committee.attempt(sum, 1, [1, 3]);
    const named = nameWrongShares({ shares }, half);
    const suspects = suspectShares({ shares }, half);
    expect([...named, ...suspects]).toContain(1);
  });

  it('are not compared with less than a whole set', async () => {
    const { committee, sum } = await summed(3, 2);
    const shares = committee.attempt(sum, 0, [1, 2]);
    const part = shares.slice(1);
    const code = 'DECRYPTION_SET_INVALID';
    expect(refusal(() => nameWrongShares({ shares: part }, shares)).code).toBe(code);
    expect(refusal(() => suspectShares({ shares: part }, shares)).code).toBe(code);
    expect(refusal(() => suspectShares({ shares }, part)).code).toBe(code);
  });

  it('q leaves room for the errors of every relation between two sets of every committee', () => {
    const half = dataModulus(keyRing()) / 2n;
    for (let members = 2; members <= 7; members++) {
      for (let threshold = 2; threshold <= members; threshold++) {
        const sets = [...setsOf(members, threshold)];
        for (const opened of sets) {
          for (const set of sets) {
            for (const position of set) {
              const { shift, bound } = relationBound(opened, set, position);
              expect(shift).toBeLessThanOrEqual(1);
              // A hundredth: of what is not an error, that much passes by chance in each coefficient.
              expect(100n * bound < half).toBe(true);
            }
          }
        }
      }
    }
  });
});
