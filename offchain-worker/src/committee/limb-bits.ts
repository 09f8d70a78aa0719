// SPDX-License-Identifier: Apache-2.0
// Polynomials as bytes: a little-endian stream of bits for each prime, as many bits a residue as the prime has.
import { bitsOf } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';

/** Bytes of a polynomial modulo the first `primes` primes. */
export const polynomialBytes = (ring: Ring, primes: number): number =>
  ring.primes.slice(0, primes).reduce((sum, p) => sum + (ring.degree * bitsOf(p)) / 8, 0);

/** Writes residues, prime by prime. */
export function writePolynomial(ring: Ring, polynomial: Polynomial): Uint8Array {
  const primes = polynomial.length / ring.degree;
  const out = new Uint8Array(polynomialBytes(ring, primes));
  let at = 0;
  for (let l = 0; l < primes; l++) {
    const bits = bitsOf(ring.primes[l] as number);
    // The rest stays under 7 bits, so that rest and value fit a double.
    let rest = 0;
    let held = 0;
    for (let i = l * ring.degree; i < (l + 1) * ring.degree; i++) {
      rest += (polynomial[i] as number) * 2 ** held;
      for (held += bits; held >= 8; held -= 8) {
        out[at++] = rest % 256;
        rest = Math.floor(rest / 256);
      }
    }
  }
  return out;
}

/** Reads residues of exactly {@link polynomialBytes}; undefined when one is not below its prime. */
export function readPolynomial(
  ring: Ring,
  bytes: Uint8Array,
  primes: number,
): Polynomial | undefined {
  const out = ring.zero(primes);
  let at = 0;
  for (let l = 0; l < primes; l++) {
    const p = ring.primes[l] as number;
    const bits = bitsOf(p);
    let rest = 0;
    let held = 0;
    for (let i = l * ring.degree; i < (l + 1) * ring.degree; i++) {
      for (; held < bits; held += 8) rest += (bytes[at++] as number) * 2 ** held;
      const value = rest % 2 ** bits;
      if (value >= p) return undefined;
      out[i] = value;
      rest = (rest - value) / 2 ** bits;
      held -= bits;
    }
  }
  return out;
}
