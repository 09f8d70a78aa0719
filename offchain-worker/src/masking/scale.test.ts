// SPDX-License-Identifier: Apache-2.0
import { DEGREE, MASK, type PackedCoefficients } from '@training-ledger/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSeal } from '../bfv/seal.ts';
import { fromLimbs, save, toLimbs } from '../bfv/words.ts';
import { digitsOf, multiply } from './residues.ts';
import { addScaled, unscale } from './scale.ts';

const [P0, P1] = MASK.primes.map(BigInt) as [bigint, bigint];
const Q = P0 * P1;
const T = 1n << 56n;

const pack = (messages: readonly bigint[]): PackedCoefficients => ({
  low: Uint32Array.from(messages, (message) => Number(message % (1n << 28n))),
  high: Uint32Array.from(messages, (message) => Number(message >> 28n)),
});
const residues = (values: readonly bigint[], prime: bigint): Float64Array =>
  Float64Array.from(values, (value) => Number(((value % prime) + prime) % prime));
const extremes = [0n, 1n, T / 2n - 1n, T / 2n, T - 1n, (1n << 28n) - 1n, 1n << 28n];
const message = fc.oneof(fc.constantFrom(...extremes), fc.bigInt({ min: 0n, max: T - 1n }));
const messages = fc.array(message, { minLength: 1, maxLength: 20 });
const scaled = (value: bigint): bigint => (Q * value + T / 2n) / T;

describe('messages in coefficients', () => {
  it('are scaled by q / t, rounded half up', () => {
    const inputs = fc.tuple(messages, fc.bigInt({ min: 0n, max: Q - 1n }));
    fc.assert(
      fc.property(inputs, ([values, before]) => {
        const start = values.map(() => before);
        const [first, second] = [residues(start, P0), residues(start, P1)];
        addScaled(pack([5n, ...values]), 1, first, second);
        const expected = values.map((value) => before + scaled(value));
        expect(first).toEqual(residues(expected, P0));
        expect(second).toEqual(residues(expected, P1));
      }),
    );
  });

  it('are scaled exactly as SEAL scales them', async () => {
    const { module, mask } = await loadSeal();
    const values = Array.from(
      { length: DEGREE },
      (_, i) => extremes[i] ?? BigInt(Math.floor(Math.random() * 2 ** 53)) * 8n + BigInt(i % 8),
    );
    using generator = new module.KeyGenerator(mask);
    using key = generator.createPublicKey();
    using encryptor = new module.Encryptor(mask, key);
    using evaluator = new module.Evaluator(mask);
    using ciphertext = new module.Ciphertext();
    using plaintext = new module.Plaintext(DEGREE);
    encryptor.encryptZero(ciphertext);
    const before = toLimbs(113, save(module, ciphertext));
    // SEAL's words, by halves of 32 bits.
    const words = fromLimbs(save(module, plaintext).slice(0, 88), new Float64Array(DEGREE));
    const view = new DataView(words.buffer, 88);
    values.forEach((value, i) => {
      view.setBigUint64(8 * i, value, true);
    });
    plaintext.loadFromArray(mask, words);
    evaluator.addPlainInplace(ciphertext, plaintext);
    const after = toLimbs(113, save(module, ciphertext));
    const [first, second] = [before.slice(0, DEGREE), before.slice(DEGREE, 2 * DEGREE)];
    addScaled(pack(values), 0, first, second);
    expect(first).toEqual(after.slice(0, DEGREE));
    expect(second).toEqual(after.slice(DEGREE, 2 * DEGREE));
  });

  it('come back with the distance to the nearest', () => {
    const inputs = fc.array(fc.tuple(message, fc.bigInt({ min: -32_767n, max: 32_767n })), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(inputs, (all) => {
        const noisy = all.map(([value, error]) => scaled(value) + error);
        const { messages: found, noise } = unscale(residues(noisy, P0), residues(noisy, P1));
        expect(found).toEqual(pack(all.map(([value]) => value)));
        const largest = all.reduce((most, [, error]) => Math.max(most, Math.abs(Number(error))), 0);
        expect(Math.abs(noise - largest)).toBeLessThanOrEqual(0.51);
      }),
    );
  });
});

it('residues are multiplied exactly', () => {
  const residue = fc.bigInt({ min: 0n, max: P1 - 1n });
  fc.assert(
    fc.property(fc.tuple(residue, residue), ([a, b]) => {
      expect(multiply(Number(a), digitsOf(Number(b)), Number(P1))).toBe(Number((a * b) % P1));
    }),
  );
});
