// SPDX-License-Identifier: Apache-2.0
// Partial decryptions: what a member posts in an attempt to open a sum.
//
// h_j = 2 lambda_j c1 S(alpha_j) + e_j modulo (p0, p1), with Lagrange's coefficient lambda_j of the attempt's set and e_j
// uniform in [-2^71, 2^71). The factor 2 is `CLEARING_FACTOR`.
// file = "TLD1" ‖ u8 attempt ‖ 3 zero bytes ‖ h_j in coefficient form, 43 bits a residue
import { checkSet } from './committee.ts';
import { CommitteeError } from './errors.ts';
import { beginsWith } from './file-header.ts';
import { type KeyPartSum, reduceKeyPart } from './key-part.ts';
import { keyRing } from './key-ring.ts';
import { polynomialBytes, readPolynomial, writePolynomial } from './limb-bits.ts';
import { parseMemberKey } from './member-key.ts';
import { CLEARING_FACTOR, DATA_PRIMES } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';
import { type RandomSource, smudging, systemRandom } from './sampling.ts';
import { lagrange } from './shamir.ts';

const MAGIC = new TextEncoder().encode('TLD1');
const HEADER_BYTES = 8;

/** Whose part of which attempt. */
export interface AttemptPart {
  /** u8, from 0: the chain numbers the attempts of a round. */
  readonly attempt: number;
  /** Position of the member. */
  readonly position: number;
  /** Positions of the attempt's set, in any order. */
  readonly positions: readonly number[];
}

/** What a member decrypts in part. */
export interface PartialDecryptionOptions extends AttemptPart {
  readonly sum: KeyPartSum;
  /** The member's key, its bytes. */
  readonly memberKey: Uint8Array;
}

/** A parsed partial decryption. */
export interface PartialDecryption extends AttemptPart {
  /** h_j modulo the data primes, in coefficient form. */
  readonly value: Polynomial;
}

/**
 * A member's partial decryption. The caller makes sure that it approved this sum, and keeps the file: the same attempt
 * is not decrypted twice, as two files of one attempt have less smudging than one.
 * @throws CommitteeError `DECRYPTION_SET_INVALID` when the member is not in the set or the set is none of its committee's,
 * `MEMBER_KEY_MALFORMED`, `KEY_PART_MALFORMED`.
 */
export function partialDecryption(
  { sum, attempt, memberKey, position, positions }: PartialDecryptionOptions,
  random: RandomSource = systemRandom(),
  ring: Ring = keyRing(),
): Uint8Array {
  const key = parseMemberKey(memberKey, ring);
  checkSet(positions, key.members);
  checkAttempt(attempt);
  const isIn = positions.includes(position) && position === key.position;
  if (!isIn || positions.length !== key.threshold) {
    throw new CommitteeError(
      'DECRYPTION_SET_INVALID',
      `The set is not ${key.threshold} members with the key's own among them.`,
      { details: `Key of member ${key.position}, set [${positions.join(', ')}].` },
    );
  }
  const c1 = ring.toNtt(reduceKeyPart(ring, sum)[1]);
  const lambda = lagrange(ring, positions, position, 0, DATA_PRIMES);
  const product = ring.multiply(ring.scale(ring.multiply(lambda, key.share), CLEARING_FACTOR), c1);
  const error = smudging(ring, DATA_PRIMES, random);
  const packed = writePolynomial(ring, ring.add(ring.fromNtt(product), error));
  for (const secret of [key.share, product, error]) secret.fill(0);
  const out = new Uint8Array(HEADER_BYTES + packed.length);
  out.set(MAGIC);
  out[MAGIC.length] = attempt;
  out.set(packed, HEADER_BYTES);
  return out;
}

/**
 * Parses a partial decryption of an attempt.
 * @throws CommitteeError `SHARE_MALFORMED` naming the member, also for one of another attempt; `DECRYPTION_SET_INVALID`.
 */
export function parsePartialDecryption(
  bytes: Uint8Array,
  { attempt, position, positions }: AttemptPart,
  ring: Ring = keyRing(),
): PartialDecryption {
  checkSet(positions);
  checkAttempt(attempt);
  const malformed = (details: string): CommitteeError =>
    new CommitteeError(
      'SHARE_MALFORMED',
      `The partial decryption of member ${position} is malformed.`,
      { details, member: position },
    );
  const length = HEADER_BYTES + polynomialBytes(ring, DATA_PRIMES);
  if (bytes.length !== length) throw malformed(`It has ${bytes.length} bytes of ${length}.`);
  if (!beginsWith(bytes, MAGIC) || bytes.subarray(5, HEADER_BYTES).some((byte) => byte !== 0)) {
    throw malformed('Its header is of another format.');
  }
  if (bytes[MAGIC.length] !== attempt) {
    throw malformed(`It is of attempt ${bytes[MAGIC.length]}, not ${attempt}.`);
  }
  const value = readPolynomial(ring, bytes.subarray(HEADER_BYTES), DATA_PRIMES);
  if (value === undefined) throw malformed('A residue is not below its prime.');
  return { attempt, position, positions, value };
}

function checkAttempt(attempt: number): void {
  if (!Number.isInteger(attempt) || attempt < 0 || attempt > 255) {
    throw new CommitteeError('DECRYPTION_SET_INVALID', 'The number of an attempt is a u8.');
  }
}
