// SPDX-License-Identifier: Apache-2.0
// The key part of a sum: unreduced sums of residues, as contributors' ciphertexts were added.
import { MAX_CONTRIBUTORS, type SumFile } from '@training-ledger/sdk';
import { CommitteeError } from './errors.ts';
import { DATA_PRIMES } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';

/** What is to be opened. Its key part is c0 modulo p0, c0 modulo p1, c1 modulo p0, c1 modulo p1, in coefficient form. */
export type KeyPartSum = Pick<SumFile, 'contributors' | 'keyPart'>;

/**
 * The two polynomials of the sum modulo the data primes, in coefficient form.
 * @throws CommitteeError `KEY_PART_MALFORMED` when a limb cannot be a sum of so many residues.
 */
export function reduceKeyPart(
  ring: Ring,
  { keyPart, contributors }: KeyPartSum,
): readonly [Polynomial, Polynomial] {
  const size = DATA_PRIMES * ring.degree;
  const counted = Number.isInteger(contributors) && contributors >= 1;
  if (!counted || contributors > MAX_CONTRIBUTORS || keyPart.length !== 2 * size) {
    throw malformed(`A sum has 1 to ${MAX_CONTRIBUTORS} contributors and ${2 * size} limbs.`);
  }
  const out = new Float64Array(keyPart.length);
  for (let i = 0; i < keyPart.length; i++) {
    const prime = ring.primes[Math.floor((i % size) / ring.degree)] as number;
    const value = keyPart[i] as number;
    // At most 2^10 (2^43 - 1): exact in a double.
    if (!(Number.isInteger(value) && value >= 0 && value <= contributors * (prime - 1))) {
      throw malformed(`Limb ${i} is no sum of ${contributors} residues.`);
    }
    out[i] = value % prime;
  }
  return [out.slice(0, size), out.slice(size)];
}

const malformed = (details: string): CommitteeError =>
  new CommitteeError('KEY_PART_MALFORMED', 'The key part of the sum is malformed.', { details });
