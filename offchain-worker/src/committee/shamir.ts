// SPDX-License-Identifier: Apache-2.0
// Shamir's secret sharing (1979) over each prime of the ring.
//
// Member j has the point zeta^(j-1), zeta = X^(N/8), a primitive 16th root of unity, and the secret is at 0. Whole numbers
// as points would do to share and to join, but not to decrypt: relations between shares would have denominators like 3 or
// 420, and a partial decryption would show the ciphertext's error modulo them, whatever the smudging error (a few
// openings then give away the whole key). Differences of 16th roots of unity divide 2 up to small elements: see
// Albrecht and Lai, "Subtractive sets over cyclotomic rings" (eprint 2021/202), and `cyclotomic.ts`.

import { inverseMod, mulMod, subMod } from './modular.ts';
import type { Polynomial, Ring } from './ring.ts';

/** Order of the roots of unity that members have as points. */
export const POINT_ORDER = 16;

/** The powers 0 to count - 1 of a member's point, in NTT form. */
export function pointPowers(ring: Ring, position: number, count: number): Polynomial[] {
  const point = ring.monomial(((position - 1) * 2 * ring.degree) / POINT_ORDER);
  const powers = [ring.monomial(0)];
  while (powers.length < count) powers.push(ring.multiply(powers.at(-1) as Polynomial, point));
  return powers;
}

/** The value of a polynomial over the ring at a member's point. Coefficients and value in NTT form. */
export function shareOf(
  ring: Ring,
  coefficients: readonly Polynomial[],
  position: number,
): Polynomial {
  return combine(ring, coefficients, pointPowers(ring, position, coefficients.length));
}

/** Sum of products, all in NTT form. */
export function combine(
  ring: Ring,
  values: readonly Polynomial[],
  factors: readonly Polynomial[],
): Polynomial {
  return values
    .map((value, i) => ring.multiply(value, factors[i] as Polynomial))
    .reduce((sum, term) => ring.add(sum, term));
}

/**
 * Lagrange's coefficient of the share of `position` among those of `set`, for the value at 0 or at another member's point.
 * @returns an element of the ring modulo the first `primes` primes, in NTT form.
 */
export function lagrange(
  ring: Ring,
  set: readonly number[],
  position: number,
  at: number,
  primes: number,
): Polynomial {
  const out = ring.monomial((2 * ring.degree) / POINT_ORDER, primes);
  for (let l = 0; l < primes; l++) {
    const p = ring.primes[l] as number;
    // In NTT form zeta has eight values modulo a prime.
    const known = new Map<number, number>();
    for (let i = l * ring.degree; i < (l + 1) * ring.degree; i++) {
      const root = out[i] as number;
      let value = known.get(root);
      if (value === undefined) {
        value = lagrangeMod(root, set, position, at, p);
        known.set(root, value);
      }
      out[i] = value;
    }
  }
  return out;
}

/** {@link lagrange} modulo p, where zeta is `root`. */
function lagrangeMod(
  root: number,
  set: readonly number[],
  position: number,
  at: number,
  p: number,
): number {
  const point = (member: number): number => {
    let value = 1;
    for (let i = 1; i < member; i++) value = mulMod(value, root, p);
    return value;
  };
  const own = point(position);
  const x = at === 0 ? 0 : point(at);
  let over = 1;
  let under = 1;
  for (const other of set) {
    if (other === position) continue;
    over = mulMod(over, subMod(x, point(other), p), p);
    under = mulMod(under, subMod(own, point(other), p), p);
  }
  return mulMod(over, inverseMod(under, p), p);
}
