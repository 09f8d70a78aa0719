// SPDX-License-Identifier: Apache-2.0
import { DEGREE } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import { BASE } from './committee.test.helper.ts';
import { commonPolynomial } from './crs.ts';
import { centerBig, dataModulus, joinResidues } from './data-modulus.ts';
import { keyRing } from './key-ring.ts';
import { binomial, smudging, systemRandom, ternary, uniform } from './sampling.ts';

const ring = keyRing();
const random = systemRandom();
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A source that gives the same byte for ever. */
const constant = (byte: number) => (length: number) => new Uint8Array(length).fill(byte);

describe('random polynomials', () => {
  it('ternary ones have as many of each value', () => {
    const values = [...ternary(30_000, random)];
    for (const value of [-1, 0, 1]) {
      const share = values.filter((other) => other === value).length / values.length;
      expect(share).toBeGreaterThan(0.31);
      expect(share).toBeLessThan(0.355);
    }
  });

  it('errors are centered binomial of twice 21 bits', () => {
    const values = [...binomial(30_000, random)];
    expect(Math.abs(mean(values))).toBeLessThan(0.12);
    expect(mean(values.map((value) => value * value))).toBeGreaterThan(10);
    expect(mean(values.map((value) => value * value))).toBeLessThan(11);
    const extremes = (low: number, high: number) => (length: number) =>
      Uint8Array.from({ length }, (_, i) => (i < 3 ? low : high));
    expect(binomial(1, extremes(255, 0))[0]).toBe(21);
    expect(binomial(1, extremes(0, 255))[0]).toBe(-21);
  });

  it('smudging errors reach from -2^71 to 2^71 - 1', () => {
    const q = dataModulus(ring);
    const first = (source: typeof random) =>
      centerBig(joinResidues(ring, smudging(ring, 2, source))[0] as bigint, q);
    expect(first(constant(0))).toBe(-(2n ** 71n));
    expect(first(constant(255))).toBe(2n ** 71n - 1n);
    const values = joinResidues(ring, smudging(ring, 2, random)).map((value) =>
      Number(centerBig(value, q)),
    );
    expect(Math.abs(mean(values)) / 2 ** 71).toBeLessThan(0.06);
    // The mean of |x| over its bound is a half, the share below half the bound is one.
    expect(mean(values.map(Math.abs)) / 2 ** 71).toBeGreaterThan(0.47);
    expect(mean(values.map(Math.abs)) / 2 ** 71).toBeLessThan(0.53);
  });

  it('uniform ones are below every prime and pass over what is not', () => {
    const polynomial = uniform(ring, random);
    ring.primes.forEach((prime, l) => {
      const part = polynomial.slice(l * DEGREE, (l + 1) * DEGREE);
      expect(part.every((value) => value < prime)).toBe(true);
      expect(Math.abs(mean([...part]) / prime - 0.5)).toBeLessThan(0.03);
    });
    let calls = 0;
    const above = (length: number) => new Uint8Array(length).fill(calls++ === 0 ? 255 : 1);
    expect(uniform(ring, above)[0]).toBe(0x010101010101);
  });

  it('the common polynomials are the same for all, and others for another committee', () => {
    const one = commonPolynomial(ring, BASE, 1, 1);
    expect(commonPolynomial(ring, BASE, 1, 1)).toEqual(one);
    expect(commonPolynomial(ring, BASE, 1, 2)).not.toEqual(one);
    expect(commonPolynomial(ring, BASE, 2, 1)).not.toEqual(one);
    expect(commonPolynomial(ring, `0x${'00'.repeat(32)}`, 1, 1)).not.toEqual(one);
  });
});
