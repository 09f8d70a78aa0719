// SPDX-License-Identifier: Apache-2.0
// Whole numbers modulo q, the product of the two data primes.
import { inverseMod, mulMod, subMod } from './modular.ts';
import type { Polynomial, Ring } from './ring.ts';

/** q. */
export const dataModulus = ({ primes }: Ring): bigint =>
  BigInt(primes[0] as number) * BigInt(primes[1] as number);

/** Coefficients in [0, q) of residues modulo the two data primes. */
export function joinResidues(ring: Ring, polynomial: Polynomial): bigint[] {
  const [p0, p1] = ring.primes as readonly [number, number];
  const inverse = inverseMod(p0 % p1, p1);
  return Array.from({ length: ring.degree }, (_, i) => {
    const low = polynomial[i] as number;
    const high = mulMod(subMod(polynomial[ring.degree + i] as number, low % p1, p1), inverse, p1);
    return BigInt(low) + BigInt(p0) * BigInt(high);
  });
}

/** The representative of a residue in (-modulus/2, modulus/2]. */
export const centerBig = (value: bigint, modulus: bigint): bigint =>
  2n * value > modulus ? value - modulus : value;

/** The absolute value. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Whether all coefficients, centered modulo q, are within plus and minus `bound`. */
export function isWithin(ring: Ring, polynomial: Polynomial, bound: bigint): boolean {
  const q = dataModulus(ring);
  return joinResidues(ring, polynomial).every((value) => magnitude(centerBig(value, q)) <= bound);
}
