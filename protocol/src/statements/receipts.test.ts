// SPDX-License-Identifier: Apache-2.0
import { babyjubjub } from '@noble/curves/misc.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyField, SIGNED_AT } from '../testing/cases.ts';
import { nodeKeyPair, type Receipt, signReceipt, verifyReceipt } from './receipts.ts';

const { Point } = babyjubjub;
const key = nodeKeyPair(new Uint8Array(32).fill(1));
const receipt = signReceipt(key, 5n, SIGNED_AT);
const { R8, S } = receipt.signature;
/** The point of order two: on the curve, outside the subgroup. */
const LOW_ORDER = Point.fromAffine({ x: 0n, y: Point.Fp.ORDER - 1n });

describe('receipts', () => {
  it('hold for their commitment, time and key only', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 40 }),
        anyField,
        fc.nat(),
        (secret, commitment, time) => {
          const signed = signReceipt(nodeKeyPair(secret), commitment, time);
          expect(verifyReceipt(signed)).toBe(true);
          expect(verifyReceipt({ ...signed, commitment: commitment ^ 1n })).toBe(false);
          expect(verifyReceipt({ ...signed, time: time + 1 })).toBe(false);
          expect(verifyReceipt({ ...signed, publicKey: key.publicKey })).toBe(false);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('are the same whenever they are signed', () => {
    expect(signReceipt(key, 5n, SIGNED_AT)).toEqual(receipt);
  });

  const broken: Record<string, Partial<Receipt>> = {
    'S plus the order': { signature: { R8, S: S + Point.Fn.ORDER } },
    'S of zero': { signature: { R8, S: 0n } },
    'negative S': { signature: { R8, S: -S } },
    'R off the curve': { signature: { R8: [R8[0], R8[1] + 1n], S } },
    'R outside the field': { signature: { R8: [R8[0] + Point.Fp.ORDER, R8[1]], S } },
    'key off the curve': { publicKey: [key.publicKey[0] + 1n, key.publicKey[1]] },
    'key of low order': { publicKey: [0n, Point.Fp.ORDER - 1n] },
    'no key': { publicKey: [0n, 1n] },
    'no time': { time: 0.5 },
  };
  it.each(Object.entries(broken))('with %s do not hold', (_, change) => {
    expect(verifyReceipt({ ...receipt, ...change })).toBe(false);
  });

  it('with a key outside the subgroup do not hold', () => {
    const { x, y } = Point.fromAffine({ x: key.publicKey[0], y: key.publicKey[1] })
      .add(LOW_ORDER)
      .toAffine();
    expect(verifyReceipt({ ...receipt, publicKey: [x, y] })).toBe(false);
  });

  it('need a secret of 32 bytes', () => {
    expect(() => nodeKeyPair(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: 'FIELD_ENCODING' }),
    );
  });
});
