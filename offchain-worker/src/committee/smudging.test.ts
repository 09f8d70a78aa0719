// SPDX-License-Identifier: Apache-2.0
// How much a sum's opening shows beyond the sum of the keys.
//
// Members in league, one less than the threshold, and the opened key sum fix F(0) = c1 S(0) up to the ciphertext's error e,
// and with it every honest share: 2 lambda_j c1 S(alpha_j) = known + 2 rho_j e. The numbers rho_j are in Q(zeta); a smudging
// error hides 2 rho_j e when that has whole coefficients, far smaller than 2^71.
import { DEGREE } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import { setsOf } from './committee.test.helper.ts';
import { type Cyclotomic, difference, lagrangeExact, norm1, root, times } from './cyclotomic.ts';
import { CLEARING_FACTOR, SMUDGING_BITS } from './parameters.ts';

/** rho_j: how much of the value at 0 is in the part of member j of `set`, to whom knows the shares of `league`. */
function rho(set: readonly number[], league: readonly number[], j: number): Cyclotomic {
  let value = lagrangeExact(set, j, 0);
  for (const c of league) {
    // (alpha_j - alpha_c) / (0 - alpha_c), and -1 is zeta^8.
    value = times(times(value, difference(j - 1, c - 1)), root(8 - (c - 1)));
  }
  return value;
}

const norm2 = ({ coefficients, shift }: Cyclotomic): number =>
  Math.sqrt(coefficients.reduce((sum, x) => sum + Number(x * x), 0)) / 2 ** shift;

/**
 * Standard deviation of a coefficient of a sum's error. Each ciphertext has rounding errors of SEAL's change of modulus, one of
 * them times the key, which is a sum of `members` ternary polynomials; all else is below one. The refreshment has the public
 * key's error, a sum of `members` binomial ones of variance 10.5, times a ternary polynomial.
 */
const errorOf = (contributors: number, members: number): number =>
  Math.sqrt(
    contributors * ((DEGREE * (2 / 3) * members) / 12 + 1) + DEGREE * (2 / 3) * members * 10.5,
  );

describe('smudging', () => {
  it('hides the error in every attempt of every round with 40 bits or more', () => {
    for (let members = 2; members <= 7; members++) {
      for (let threshold = 2; threshold <= members; threshold++) {
        for (const league of setsOf(members, threshold - 1)) {
          // Over all sets, as if every attempt of a round but the last one failed.
          let norms = 0;
          for (const set of setsOf(members, threshold)) {
            for (const j of set.filter((position) => !league.includes(position))) {
              const part = rho(set, league, j);
              // Nothing is left modulo a denominator.
              expect(CLEARING_FACTOR % 2 ** part.shift).toBe(0);
              norms += CLEARING_FACTOR * norm2(part);
              expect(Number(norm1(part, 1))).toBeLessThanOrEqual(56);
            }
          }
          // Shifting a uniform error in [-B, B) by x changes its distribution by |x| / 2B.
          const distance = (DEGREE * norms * errorOf(1024, members)) / 2 ** (SMUDGING_BITS + 1);
          expect(Math.log2(distance)).toBeLessThan(-40.8);
        }
      }
    }
  });

  it('would hide nothing with whole numbers as points', () => {
    // Two of three, points 1, 2 and 3; the third member listens to the other two: rho of the first is 4/3, a share shows
    // the error modulo 3 whatever is added to it that is much smaller than q/3.
    const [over, under] = [(1 - 3) * 2, -3 * (2 - 1)];
    expect(over / under).toBeCloseTo(4 / 3);
    expect(Number.isInteger((CLEARING_FACTOR * over) / under)).toBe(false);
    // With roots of unity it is 1 + 1/zeta, and where there is a denominator it is 2.
    expect(rho([1, 2], [3], 1)).toEqual(difference(0, 7));
    expect(rho([1, 3], [2], 1).shift).toBe(1);
  });

  it('the error of ciphertexts is as large as assumed', () => {
    // 2^10.4 in the worst case; opening takes up to 2^20 for an error.
    expect(Math.log2(errorOf(1024, 7))).toBeLessThan(10.5);
  });
});
