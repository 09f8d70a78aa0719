// SPDX-License-Identifier: Apache-2.0
// Names the members whose partial decryptions were wrong, after an attempt opened.
//
// The shares of the set that opened fix what every other share must be: h_j - sum_k mu_k h_k = e_j - sum_k mu_k e_k, with
// mu_k = lambda_j(T) L_k(alpha_j) / lambda_k(T'), T the set of the share and T' the one that opened. The numbers mu_k are in
// Q(zeta) with powers of two as denominators; times those, both sides are short.
import { inverseLagrangeExact, lagrangeExact, norm1, times } from './cyclotomic.ts';
import { isWithin } from './data-modulus.ts';
import { keyRing } from './key-ring.ts';
import { inverseMod } from './modular.ts';
import { checkComplete } from './open-key-sum.ts';
import { DATA_PRIMES, SMUDGING_BITS } from './parameters.ts';
import type { PartialDecryption } from './partial-decryption.ts';
import type { Polynomial, Ring } from './ring.ts';
import { combine, lagrange } from './shamir.ts';

/** The shares that opened a sum, and whose key sum agreed with the masked part. */
export interface OpenedShares {
  readonly shares: readonly PartialDecryption[];
}

/**
 * Names the members whose shares, of any attempts to open the same sum, contradict those that opened it. An honest member is
 * never named, unless two of the set that opened are in league: those can post errors that cancel out in the sum and
 * contradict everybody else's shares.
 * @returns positions, in the order of `others`.
 * @throws CommitteeError `DECRYPTION_SET_INVALID` unless `opened` are the shares of a whole set.
 */
export function nameWrongShares(
  { shares }: OpenedShares,
  others: readonly PartialDecryption[],
  ring: Ring = keyRing(),
): number[] {
  const products = productsOf(ring, shares);
  const opened = shares.map(({ position }) => position);
  return others
    .filter(({ value, position, positions }) => {
      const { shift, bound } = relationBound(opened, positions, position);
      const factors = opened.map((k) => lagrange(ring, opened, k, position, DATA_PRIMES));
      const lambda = lagrange(ring, positions, position, 0, DATA_PRIMES);
      const expected = ring.fromNtt(ring.multiply(lambda, combine(ring, products, factors)));
      return !isWithin(ring, ring.scale(ring.subtract(value, expected), 2 ** shift), bound);
    })
    .map(({ position }) => position);
}

/**
 * Of a whole attempt of which no share was named: who may have spoilt it nevertheless. A share that is wrong by a fraction
 * of an error, modulo q, passes relations that have denominators; the sum of the attempt's shares shows it.
 * @returns the positions of the attempt, at least one of which is wrong; none for an honest attempt.
 * @throws CommitteeError `DECRYPTION_SET_INVALID`.
 */
export function suspectShares(
  { shares }: OpenedShares,
  attempt: readonly PartialDecryption[],
  ring: Ring = keyRing(),
): number[] {
  checkComplete(shares);
  checkComplete(attempt);
  const sum = (all: readonly PartialDecryption[]): Polynomial =>
    all.map(({ value }) => value).reduce((total, value) => ring.add(total, value));
  // Both sets' shares add up to the same, up to the smudging errors of both.
  const bound = BigInt(shares.length + attempt.length) << BigInt(SMUDGING_BITS);
  if (isWithin(ring, ring.subtract(sum(attempt), sum(shares)), bound)) return [];
  return attempt.map(({ position }) => position);
}

/**
 * How large 2^shift (e_j - sum_k mu_k e_k) can be when all are honest: 2^71 times the norms of 2^shift and 2^shift mu_k. In
 * the tests it is computed for all committees and pairs of sets, and q leaves room for it.
 */
export function relationBound(
  opened: readonly number[],
  set: readonly number[],
  position: number,
): { readonly shift: number; readonly bound: bigint } {
  const own = lagrangeExact(set, position, 0);
  const factors = opened.map((k) =>
    times(times(own, lagrangeExact(opened, k, position)), inverseLagrangeExact(opened, k)),
  );
  const shift = Math.max(...factors.map((factor) => factor.shift));
  const norms = factors.reduce((sum, factor) => sum + norm1(factor, shift), 1n << BigInt(shift));
  return { shift, bound: norms << BigInt(SMUDGING_BITS) };
}

/** 2 c1 S(alpha_k), up to errors, of the members that opened the sum; in NTT form. */
function productsOf(ring: Ring, shares: readonly PartialDecryption[]): Polynomial[] {
  checkComplete(shares);
  return shares.map(({ value, position, positions }) => {
    const lambda = lagrange(ring, positions, position, 0, DATA_PRIMES);
    return ring.multiply(ring.toNtt(value), invert(ring, lambda));
  });
}

/** Inverses of an element that is nowhere zero, in NTT form. */
function invert(ring: Ring, values: Polynomial): Polynomial {
  const known = new Map<number, number>();
  return values.map((value, i) => {
    const prime = ring.primes[Math.floor(i / ring.degree)] as number;
    // Eight values modulo each prime.
    if (i % ring.degree === 0) known.clear();
    const inverse = known.get(value) ?? inverseMod(value, prime);
    known.set(value, inverse);
    return inverse;
  });
}
