// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { setsOf } from './committee.test.helper.ts';
import {
  type Cyclotomic,
  difference,
  inverseDifference,
  inverseLagrangeExact,
  lagrangeExact,
  root,
  times,
} from './cyclotomic.ts';
import { residue } from './modular.ts';
import { KEY_RING } from './parameters.ts';
import { Ring } from './ring.ts';
import { systemRandom, uniform } from './sampling.ts';
import { combine, lagrange, shareOf } from './shamir.ts';

const ring = new Ring({ degree: 32, primes: KEY_RING.primes });
const random = systemRandom();

/** An element of Q(zeta) in the ring, in NTT form: zeta is X^(N/8). */
function inRing({ coefficients, shift }: Cyclotomic) {
  const out = ring.zero();
  ring.primes.forEach((p, l) => {
    coefficients.forEach((value, i) => {
      out[l * ring.degree + (i * ring.degree) / 8] = residue(Number(value), p);
    });
  });
  let result = ring.toNtt(out);
  // 1/2 modulo each prime, as often as it takes.
  const half = ring.zero().map((_, i) => {
    const p = ring.primes[Math.floor(i / ring.degree)] as number;
    return (p + 1) / 2;
  });
  for (let i = 0; i < shift; i++) result = ring.multiply(result, half);
  return result;
}

describe('shares', () => {
  it('of any threshold of members join to the secret and to every other share', () => {
    for (let members = 2; members <= 7; members++) {
      for (let threshold = 2; threshold <= members; threshold++) {
        const coefficients = Array.from({ length: threshold }, () => uniform(ring, random));
        const shares = Array.from({ length: members }, (_, i) =>
          shareOf(ring, coefficients, i + 1),
        );
        for (const set of setsOf(members, threshold)) {
          const own = set.map((position) => shares[position - 1] as Float64Array);
          for (const at of [0, 1, members]) {
            const factors = set.map((position) => lagrange(ring, set, position, at, 3));
            const expected = at === 0 ? coefficients[0] : shares[at - 1];
            expect(combine(ring, own, factors)).toEqual(expected);
          }
        }
      }
    }
  });

  it('of one member less fit every secret', () => {
    // Two shares of a polynomial of degree 2, and any secret at all: there is a polynomial through the three.
    const coefficients = Array.from({ length: 3 }, () => uniform(ring, random));
    const [first, second] = [1, 2].map((position) => shareOf(ring, coefficients, position));
    const third = uniform(ring, random);
    const set = [1, 2, 3];
    const factors = set.map((position) => lagrange(ring, set, position, 0, 3));
    const other = combine(ring, [first as Float64Array, second as Float64Array, third], factors);
    expect(other).not.toEqual(coefficients[0]);
  });

  it("Lagrange's coefficients are the exact ones", () => {
    for (const set of [
      [1, 2],
      [2, 5, 7],
      [1, 3, 4, 7],
      [1, 2, 3, 4, 5, 6, 7],
    ]) {
      for (const position of set) {
        for (const at of [0, 3, 6]) {
          const exact = inRing(lagrangeExact(set, position, at));
          expect(lagrange(ring, set, position, at, 3)).toEqual(exact);
        }
        const product = times(lagrangeExact(set, position, 0), inverseLagrangeExact(set, position));
        expect(product).toEqual(root(0));
      }
    }
  });

  it('differences of the points have inverses with no denominator but 2', () => {
    for (let a = 0; a < 16; a++) {
      for (let b = 0; b < 16; b++) {
        if (a === b) continue;
        expect(inverseDifference(a, b).shift).toBeLessThanOrEqual(1);
        expect(times(difference(a, b), inverseDifference(a, b))).toEqual(root(0));
      }
    }
  });
});
