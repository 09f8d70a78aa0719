// SPDX-License-Identifier: Apache-2.0
// The mathematics of a dealing: a short secret, its Shamir shares, and public relations that bind the shares to it.
//
// Mouchet, Bertrand and Hubaux (eprint 2022/780): S(Y) = s + r_1 Y + ... + r_(t-1) Y^(t-1) with s ternary and r_k uniform.
// For two common polynomials a_1 and a_2 and each coefficient c_k of S: B_(m,k) = -a_m c_k + e_(m,k). Then
// sum_k alpha^k B_(m,k) + a_m S(alpha) = sum_k alpha^k e_(m,k), whose coefficients are at most 21 t, as alpha is a power of X.
// Two different shares cannot both pass for a_1 and for a_2: their difference times each would have to be short, and
// among 2^(109 N) elements none but zero is expected to be.

import { ERROR_BOUND } from '@training-ledger/sdk';
import type { CommitteeFacts } from './committee.ts';
import { centered, residue } from './modular.ts';
import type { Polynomial, Ring } from './ring.ts';
import { binomial, type RandomSource, ternary, uniform } from './sampling.ts';
import { combine, pointPowers, shareOf } from './shamir.ts';

/** What a dealer publishes, in NTT form: threshold polynomials for each of the two common ones. */
export type PublicRelations = readonly [readonly Polynomial[], readonly Polynomial[]];

/**
 * Deals a fresh secret. Random values are taken in the order s, r_1 .. r_(t-1), e_(1,0) .. e_(1,t-1), e_(2,0) .. e_(2,t-1).
 * @returns the shares of positions 1 to `members` in NTT form, and what binds them. The secret itself is gone.
 */
export function share(
  ring: Ring,
  common: readonly [Polynomial, Polynomial],
  { members, threshold }: Pick<CommitteeFacts, 'members' | 'threshold'>,
  random: RandomSource,
): { relations: PublicRelations; shares: Polynomial[] } {
  const secret = ternary(ring.degree, random);
  const coefficients = [ring.toNtt(ring.fromIntegers(secret))];
  secret.fill(0);
  while (coefficients.length < threshold) coefficients.push(uniform(ring, random));
  const relate = (a: Polynomial): Polynomial[] =>
    coefficients.map((coefficient) => {
      const error = ring.toNtt(ring.fromIntegers(binomial(ring.degree, random)));
      return ring.subtract(error, ring.multiply(a, coefficient));
    });
  const relations = [relate(common[0]), relate(common[1])] as const;
  const shares = Array.from({ length: members }, (_, i) => shareOf(ring, coefficients, i + 1));
  for (const coefficient of coefficients) coefficient.fill(0);
  return { relations, shares };
}

/** Whether a share is the one of this position that the public relations bind. */
export function isBound(
  ring: Ring,
  common: readonly [Polynomial, Polynomial],
  relations: PublicRelations,
  position: number,
  own: Polynomial,
): boolean {
  const powers = pointPowers(ring, position, relations[0].length);
  return relations.every((values, m) => {
    const product = ring.multiply(common[m] as Polynomial, own);
    const error = ring.fromNtt(ring.add(combine(ring, values, powers), product));
    return isShort(ring, error, ERROR_BOUND * values.length);
  });
}

/** Whether all coefficients, centered modulo Q, are at most `bound`. */
function isShort(ring: Ring, polynomial: Polynomial, bound: number): boolean {
  const { degree, primes } = ring;
  for (let i = 0; i < degree; i++) {
    const value = centered(polynomial[i] as number, primes[0] as number);
    if (Math.abs(value) > bound) return false;
    // The same small integer modulo every prime.
    for (let l = 1; l < primes.length; l++) {
      if (polynomial[l * degree + i] !== residue(value, primes[l] as number)) return false;
    }
  }
  return true;
}
