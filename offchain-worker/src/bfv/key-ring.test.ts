// SPDX-License-Identifier: Apache-2.0
import { DEGREE, KEY, KEY_LIMBS } from '@training-ledger/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyRing } from './key-ring.ts';
import { loadSeal } from './seal.ts';
import { type SingleKey, singleKey } from './single-key.test.helper.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const ternary = Int8Array.from({ length: DEGREE }, (_, i) => (i % 3) - 1);

let ring: KeyRing;
let key: SingleKey;

beforeAll(async () => {
  ring = await KeyRing.load();
  key = await singleKey();
});

describe('a one-time key', () => {
  it('is encrypted coefficient by coefficient', () => {
    const limbs = ring.encrypt(key.publicKey, ternary);
    expect(limbs).toHaveLength(KEY_LIMBS);
    expect(key.open(limbs)).toEqual(Int16Array.from(ternary));
    limbs.forEach((limb, i) => {
      expect(limb).toBeLessThan(KEY.primes[Math.floor(i / DEGREE) % 2] as number);
    });
  });

  it('is never encrypted twice to the same', () => {
    const [one, other] = [1, 2].map(() => ring.encrypt(key.publicKey, ternary));
    expect(one).not.toEqual(other);
  });

  it('has all its coefficients', () => {
    expect(() => ring.encrypt(key.publicKey, ternary.subarray(1))).toThrow(code('BFV_FAILED'));
  });
});

describe('public keys', () => {
  it('are taken from any kind of byte array', () => {
    ring.checkPublicKey(Buffer.from(key.publicKey));
  });

  it('are refused if they are none', () => {
    const { publicKey } = key;
    const above = publicKey.slice().fill(0xff, 113, 121);
    const bad = [
      new Uint8Array(),
      publicKey.slice(1),
      Buffer.concat([publicKey, publicKey]),
      above,
    ];
    for (const bytes of bad) {
      expect(() => ring.checkPublicKey(bytes)).toThrow(code('KEY_MALFORMED'));
      expect(() => ring.encrypt(bytes, ternary)).toThrow(code('KEY_MALFORMED'));
    }
  });

  it('are refused with any byte of the header changed: sizes, compression, form, ring', () => {
    for (let at = 0; at < 113; at++) {
      const changed = key.publicKey.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => ring.checkPublicKey(changed)).toThrow(code('KEY_MALFORMED'));
    }
  });
});

it('SEAL is loaded once a process', async () => {
  expect(await KeyRing.load()).toBe(ring);
  expect(await loadSeal()).toBe(await loadSeal());
});
