// SPDX-License-Identifier: Apache-2.0
// Both implementations of the primitives, each against itself and against the other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, toHex, utf8ToBytes } from '../bytes.ts';
import { nativeSuite } from './native-suite.ts';
import { nobleSuite } from './noble-suite.ts';
import {
  ML_DSA_PUBLIC_KEY_BYTES,
  ML_DSA_SECRET_KEY_BYTES,
  ML_DSA_SIGNATURE_BYTES,
  ML_KEM_CIPHERTEXT_BYTES,
  ML_KEM_PUBLIC_KEY_BYTES,
  ML_KEM_SECRET_KEY_BYTES,
  suite,
} from './suite.ts';

const native = nativeSuite();
const suites = [nobleSuite, ...(native === undefined ? [] : [native])];
const pairs = suites.flatMap((a) => suites.map((b) => [a, b] as const));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const few = { numRuns: 8 };

it('uses the code of Node where Node has it', () => {
  expect(suite.name).toBe(native === undefined ? '@noble/post-quantum' : 'node:crypto');
  expect(suite.isConstantTime).toBe(native !== undefined);
});

describe.each(suites)('$name', (one) => {
  it('makes keys, signatures and encapsulations of the sizes of the standards', () => {
    const signer = one.signatureKeys(new Uint8Array(32));
    expect(signer.publicKey.length).toBe(ML_DSA_PUBLIC_KEY_BYTES);
    expect(signer.secretKey.length).toBe(ML_DSA_SECRET_KEY_BYTES);
    const signature = one.sign(signer.secretKey, Uint8Array.of(1), new Uint8Array());
    expect(signature.length).toBe(ML_DSA_SIGNATURE_BYTES);
    const kem = one.kemKeys(new Uint8Array(64));
    expect(kem.publicKey.length).toBe(ML_KEM_PUBLIC_KEY_BYTES);
    expect(kem.secretKey.length).toBe(ML_KEM_SECRET_KEY_BYTES);
    expect(one.encapsulate(kem.publicKey).ciphertext.length).toBe(ML_KEM_CIPHERTEXT_BYTES);
  });

  it('signs with fresh randomness each time', () => {
    const { secretKey } = one.signatureKeys(new Uint8Array(32));
    const sign = () => toHex(one.sign(secretKey, Uint8Array.of(1), new Uint8Array()));
    expect(sign()).not.toBe(sign());
  });

  it('refuses public keys of ML-KEM that are not canonical', () => {
    expect(() => one.encapsulate(new Uint8Array(ML_KEM_PUBLIC_KEY_BYTES).fill(255))).toThrow();
  });
});

describe.each(pairs)('$0.name makes, $1.name takes', (maker, taker) => {
  it('the same keys of the same seed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (a, b) => {
        expect(maker.signatureKeys(a)).toEqual(taker.signatureKeys(a));
        const seed = new Uint8Array([...a, ...b]);
        expect(maker.kemKeys(seed)).toEqual(taker.kemKeys(seed));
      }),
      few,
    );
  });

  it('signatures, of this message, context and key only', () => {
    fc.assert(
      fc.property(
        bytes(32),
        fc.uint8Array({ maxLength: 99 }),
        fc.uint8Array({ maxLength: 255 }),
        (seed, message, context) => {
          const { publicKey, secretKey } = maker.signatureKeys(seed);
          const signature = maker.sign(secretKey, message, context);
          expect(taker.verify(publicKey, message, signature, context)).toBe(true);
          const other = Uint8Array.of(...message, 1);
          expect(taker.verify(publicKey, other, signature, context)).toBe(false);
          expect(taker.verify(publicKey, message, signature, sha256(context))).toBe(false);
          const another = maker.signatureKeys(sha256(seed)).publicKey;
          expect(taker.verify(another, message, signature, context)).toBe(false);
          const changed = signature.slice();
          changed[100] = (changed[100] as number) ^ 1;
          expect(taker.verify(publicKey, message, changed, context)).toBe(false);
        },
      ),
      few,
    );
  });

  it('encapsulations, which another key opens to another secret', () => {
    fc.assert(
      fc.property(bytes(64), (seed) => {
        const { publicKey, secretKey } = maker.kemKeys(seed);
        const { ciphertext, sharedSecret } = maker.encapsulate(publicKey);
        expect(taker.decapsulate(secretKey, ciphertext)).toEqual(sharedSecret);
        const changed = ciphertext.slice();
        changed[7] = (changed[7] as number) ^ 1;
        const rejected = taker.decapsulate(secretKey, changed);
        expect(rejected).not.toEqual(sharedSecret);
        expect(rejected).toEqual(maker.decapsulate(secretKey, changed));
        const other = maker.kemKeys(new Uint8Array([...sha256(seed), ...seed.subarray(32)]));
        expect(taker.decapsulate(other.secretKey, ciphertext)).not.toEqual(sharedSecret);
      }),
      few,
    );
  });
});

it('keeps the contexts of the ledger apart', () => {
  const { publicKey, secretKey } = suite.signatureKeys(new Uint8Array(32).fill(1));
  const message = Uint8Array.of(1, 2, 3);
  const signature = suite.sign(secretKey, message, utf8ToBytes('training-ledger/block/v1'));
  const worker = utf8ToBytes('training-ledger/worker/v1');
  expect(suite.verify(publicKey, message, signature, worker)).toBe(false);
});
