// SPDX-License-Identifier: Apache-2.0
// Opens the key part of a sum with the partial decryptions of a set.
//
// D = 2 c0 + sum h_j is 2 (q/t) m + 2 e + sum e_j modulo q. What m is modulo t/2 comes out, which is enough: its
// coefficients are within plus and minus 1,023.
import { centerBig, dataModulus, joinResidues, magnitude } from './data-modulus.ts';
import { CommitteeError } from './errors.ts';
import { type KeyPartSum, reduceKeyPart } from './key-part.ts';
import { keyRing } from './key-ring.ts';
import { CLEARING_FACTOR, PLAIN_MODULUS, SMUDGING_BITS } from './parameters.ts';
import type { PartialDecryption } from './partial-decryption.ts';
import type { Ring } from './ring.ts';

/** Coefficients that can be told from others. 1,024 would need as many contributors whose keys all agree in a coefficient. */
const GREATEST = PLAIN_MODULUS / CLEARING_FACTOR / 2 - 1;
/** Most of the ciphertext's own error that is taken for one: a hundred times what 1,024 contributors add up to. */
const CIPHERTEXT_ERROR = 1n << 20n;

/** A sum, and the partial decryptions of all members of one attempt's set. */
export interface Opening {
  readonly sum: KeyPartSum;
  readonly shares: readonly PartialDecryption[];
}

/**
 * Opens the key part: the sum of the contributors' one-time keys. A sum that opens can still be wrong by a crafted share:
 * check it against the masked part.
 * @returns one coefficient for each of the ring's, within plus and minus the number of contributors.
 * @throws CommitteeError `DECRYPTION_SET_INVALID` unless the shares are those of one set, `KEY_PART_MALFORMED`, or
 * `KEY_SUM_OUT_OF_RANGE` when what comes out is no sum of so many keys: a share is wrong, or a contributor's ciphertext is.
 */
export function openKeySum(opening: Opening, ring: Ring = keyRing()): Int16Array {
  return openWithError(opening, ring).keySum;
}

/** {@link openKeySum}, and the greatest error that was rounded away, in bits: `room` is the limit of what can be. */
export function openWithError(
  { sum, shares }: Opening,
  ring: Ring = keyRing(),
): { readonly keySum: Int16Array; readonly error: number; readonly room: number } {
  checkComplete(shares);
  const [c0] = reduceKeyPart(ring, sum);
  const total = shares.reduce(
    (all, { value }) => ring.add(all, value),
    ring.scale(c0, CLEARING_FACTOR),
  );
  const q = dataModulus(ring);
  const plain = BigInt(PLAIN_MODULUS / CLEARING_FACTOR);
  const range = BigInt(Math.min(sum.contributors, GREATEST));
  const bound = (BigInt(shares.length) << BigInt(SMUDGING_BITS)) + CIPHERTEXT_ERROR;
  const keySum = new Int16Array(ring.degree);
  let greatest = 0n;
  joinResidues(ring, total).forEach((value, i) => {
    const rounded = (value * plain * 2n + q) / (2n * q);
    const coefficient = centerBig(rounded % plain, plain);
    // The error times the plain modulus, to stay whole.
    const scaled = magnitude(value * plain - rounded * q);
    if (magnitude(coefficient) > range || scaled > bound * plain) throw outOfRange(i);
    if (scaled > greatest) greatest = scaled;
    keySum[i] = Number(coefficient);
  });
  const bits = (scaled: bigint): number => Math.log2(Number(scaled)) - Math.log2(Number(plain));
  return { keySum, error: bits(greatest), room: bits(q / 2n) };
}

/**
 * Checks that shares are those of all members of one attempt's set.
 * @throws CommitteeError `DECRYPTION_SET_INVALID`.
 */
export function checkComplete(shares: readonly PartialDecryption[]): void {
  const [first] = shares;
  const missing = new Set(first?.positions);
  const whole = shares.every(
    ({ attempt, position, positions }) =>
      attempt === first?.attempt &&
      missing.delete(position) &&
      positions.length === shares.length &&
      positions.every((other) => first.positions.includes(other)),
  );
  if (first === undefined || !whole || missing.size > 0) {
    throw new CommitteeError(
      'DECRYPTION_SET_INVALID',
      "Opening takes the share of each member of the attempt's set.",
    );
  }
}

const outOfRange = (coefficient: number): CommitteeError =>
  new CommitteeError('KEY_SUM_OUT_OF_RANGE', 'The shares open to no sum of one-time keys.', {
    details: `Coefficient ${coefficient}.`,
    hint: 'A share is wrong: open with another set, then compare the shares.',
  });
