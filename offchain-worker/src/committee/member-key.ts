// SPDX-License-Identifier: Apache-2.0
// A member's key: its share of the sum of all dealers' secrets.
//
// Bytes, for an encrypted keystore: header "TLM1" of the member ‖ share modulo the two data primes in NTT form, bits packed.
// The third prime is of no use once the key is made.
import type { DealtShare } from './check-dealing.ts';
import { checkCommittee, checkPosition } from './committee.ts';
import { CommitteeError } from './errors.ts';
import {
  beginsWith,
  FILE_HEADER_BYTES,
  type FileHeader,
  fileHeader,
  readFileHeader,
} from './file-header.ts';
import { keyRing } from './key-ring.ts';
import { polynomialBytes, readPolynomial, writePolynomial } from './limb-bits.ts';
import { DATA_PRIMES } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';

const MAGIC = 'TLM1';

/** What a member needs to decrypt in part. `threshold` of them open everything that was encrypted to the committee. */
export interface MemberKey extends FileHeader {
  /** S(alpha_position) modulo the data primes, NTT form. Secret. */
  readonly share: Polynomial;
}

/**
 * A member's key of its checked shares, one of each dealing, in order of the dealers' positions.
 * @returns its bytes. Secret: keep them encrypted.
 * @throws CommitteeError `COMMITTEE_INVALID` unless the shares are one member's of all dealings of one committee.
 */
export function memberKey(shares: readonly DealtShare[], ring: Ring = keyRing()): Uint8Array {
  const [first] = shares;
  const whole = shares.every(
    ({ base, epoch, threshold, members, dealer, member }, i) =>
      dealer === i + 1 &&
      members === shares.length &&
      base === first?.base &&
      epoch === first.epoch &&
      threshold === first.threshold &&
      member === first.member,
  );
  if (first === undefined || !whole) {
    throw new CommitteeError('COMMITTEE_INVALID', 'The key takes one share of each dealing.');
  }
  const sum = shares
    .map(({ value }) => value.subarray(0, DATA_PRIMES * ring.degree))
    .reduce((all, value) => ring.add(all, value), ring.zero(DATA_PRIMES));
  const packed = writePolynomial(ring, sum);
  const out = new Uint8Array(FILE_HEADER_BYTES + packed.length);
  out.set(fileHeader(MAGIC, { ...first, position: first.member }));
  out.set(packed, FILE_HEADER_BYTES);
  sum.fill(0);
  packed.fill(0);
  return out;
}

/**
 * Parses a member's key.
 * @throws CommitteeError `MEMBER_KEY_MALFORMED`; the error never quotes the bytes.
 */
export function parseMemberKey(bytes: Uint8Array, ring: Ring = keyRing()): MemberKey {
  const malformed = (): CommitteeError =>
    new CommitteeError('MEMBER_KEY_MALFORMED', "The bytes are not a committee member's key.");
  const length = FILE_HEADER_BYTES + polynomialBytes(ring, DATA_PRIMES);
  if (bytes.length !== length) throw malformed();
  const header = readFileHeader(bytes);
  if (!beginsWith(bytes, fileHeader(MAGIC, header))) throw malformed();
  try {
    checkCommittee(header);
    checkPosition(header.position, header.members);
  } catch {
    throw malformed();
  }
  const share = readPolynomial(ring, bytes.subarray(FILE_HEADER_BYTES), DATA_PRIMES);
  if (share === undefined) throw malformed();
  return { ...header, share };
}
