// SPDX-License-Identifier: Apache-2.0
import { DEGREE, MASK, maskPolynomial } from '@training-ledger/sdk';
import { expect, it } from 'vitest';
import { fillTernary } from '../masking/random.ts';
import { MaskRing, POLYNOMIAL_LIMBS } from './mask-ring.ts';

const base = new Uint8Array(32);
const pair = Float64Array.from(
  [0, 1].flatMap((block) => [...maskPolynomial(base, block, 0), ...maskPolynomial(base, block, 1)]),
);
const one = new Int8Array(DEGREE);
one[0] = 1;

const times = async (factor: Int8Array | Int16Array): Promise<Float64Array> => {
  using loaded = (await MaskRing.load()).factor(factor);
  return loaded.multiply(pair);
};

/** Coefficient `k` of the product of one of the two polynomials with a factor, modulo one prime. */
function coefficient(
  polynomial: Float64Array,
  factor: ArrayLike<number>,
  k: number,
  prime: number,
): number {
  let sum = 0n;
  for (let i = 0; i < DEGREE; i++) {
    const at = (k - i + DEGREE) % DEGREE;
    const sign = i <= k ? 1n : -1n;
    sum += sign * BigInt(factor[i] as number) * BigInt(polynomial[at] as number);
  }
  const modulus = BigInt(prime);
  return Number(((sum % modulus) + modulus) % modulus);
}

it.each([
  ['a one-time key', -1, 1],
  ['a sum of 1,024 keys', -1_024, 1_024],
])('multiplies both polynomials by %s modulo X^4096 + 1', async (_, low, high) => {
  const factor = Int16Array.from(
    { length: DEGREE },
    () => low + Math.floor(Math.random() * (high - low + 1)),
  );
  const plain = await times(one);
  const products = await times(factor);
  expect(products).toHaveLength(2 * POLYNOMIAL_LIMBS);
  for (let run = 0; run < 4; run++) {
    const prime = MASK.primes[run % 2] as number;
    const polynomial = plain.subarray(run * DEGREE, (run + 1) * DEGREE);
    for (const k of [0, 1, 2_047, DEGREE - 1]) {
      expect(products[run * DEGREE + k]).toBe(coefficient(polynomial, factor, k, prime));
    }
  }
});

it('gives the same whatever array the factor is in', async () => {
  const factor = new Int8Array(DEGREE);
  fillTernary(factor);
  expect(await times(Int16Array.from(factor))).toEqual(await times(factor));
});

it('does not multiply by zero: that would hide nothing', async () => {
  await expect(times(new Int8Array(DEGREE))).rejects.toMatchObject({ code: 'BFV_FAILED' });
});
