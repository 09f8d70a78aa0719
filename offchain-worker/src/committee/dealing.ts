// SPDX-License-Identifier: Apache-2.0
// Dealings: what each member uploads once while the committee's key is made.
//
// dealing = header "TLG1" of the dealer ‖ B_(1,0) .. B_(1,t-1) ‖ B_(2,0) .. B_(2,t-1) ‖ an envelope for each member, its own
// included. Payload of an envelope = header ‖ u8 member ‖ share. Polynomials are in NTT form, bits packed as `limb-bits.ts`
// does. Nothing has a length of the sender's choice.
import type { Hex } from '@training-ledger/runtime-types';
import { sealEnvelope } from '@training-ledger/sdk';
import { type CommitteeFacts, checkCommittee, checkPosition } from './committee.ts';
import { commonPolynomials } from './crs.ts';
import { CommitteeError } from './errors.ts';
import { beginsWith, FILE_HEADER_BYTES, fileHeader } from './file-header.ts';
import { keyRing } from './key-ring.ts';
import { polynomialBytes, readPolynomial, writePolynomial } from './limb-bits.ts';
import type { Ring } from './ring.ts';
import { type RandomSource, systemRandom } from './sampling.ts';
import { type PublicRelations, share } from './sharing.ts';

const MAGIC = 'TLG1';
/** What an envelope for one reader adds to its payload. */
const ENVELOPE_BYTES = 4 + 1 + (32 + 1088 + 24 + 48) + 32 + 24 + 16;

/** What a member deals of. */
export interface DealOptions {
  readonly base: Hex;
  readonly epoch: number;
  readonly threshold: number;
  /** Position of the dealing member. */
  readonly dealer: number;
  /** One-time ML-KEM-768 public keys of all members, in order of their positions. */
  readonly kemPublicKeys: readonly Uint8Array[];
}

/** A parsed dealing. That it is well formed does not mean that its shares are right. */
export interface Dealing {
  /** Position of its author, from 1. */
  readonly dealer: number;
  readonly relations: PublicRelations;
  /** Envelopes of the members in order of their positions. */
  readonly envelopes: readonly Uint8Array[];
}

/**
 * Deals a fresh secret to the members. Of the secret nothing has to be kept: the dealer has a share in its own envelope as
 * everyone has. The dealing is another one each time: keep it, post its content hash, and upload it only when all
 * hashes are on chain, so that nobody can choose its part of the key knowing the others'.
 * @throws CommitteeError `COMMITTEE_INVALID`, or `MEMBER_KEY_INVALID` naming the member whose one-time key is not one.
 */
export function deal(
  { base, epoch, threshold, dealer, kemPublicKeys }: DealOptions,
  random: RandomSource = systemRandom(),
  ring: Ring = keyRing(),
): Uint8Array {
  const committee = { base, epoch, threshold, members: kemPublicKeys.length };
  checkCommittee(committee);
  checkPosition(dealer, committee.members);
  checkDistinct(kemPublicKeys);
  const { relations, shares } = share(ring, commonPolynomials(ring, committee), committee, random);
  const envelopes = shares.map((own, i) => {
    const packed = writePolynomial(ring, own);
    const payload = Buffer.concat([shareContext(committee, dealer, i + 1), packed]);
    const envelope = sealFor(payload, kemPublicKeys[i] as Uint8Array, i + 1);
    for (const secret of [own, packed, payload]) secret.fill(0);
    return envelope;
  });
  const packed = relations.flat().map((polynomial) => writePolynomial(ring, polynomial));
  return new Uint8Array(Buffer.concat([header(committee, dealer), ...packed, ...envelopes]));
}

/**
 * Parses the dealing of `dealer`: every byte is accounted for, every residue is below its prime.
 * @throws CommitteeError `DEALING_MALFORMED` naming the dealer, or `COMMITTEE_INVALID`.
 */
export function parseDealing(
  committee: CommitteeFacts,
  dealer: number,
  bytes: Uint8Array,
  ring: Ring = keyRing(),
): Dealing {
  checkCommittee(committee);
  const { threshold, members } = committee;
  checkPosition(dealer, members);
  const malformed = (details: string): CommitteeError =>
    new CommitteeError('DEALING_MALFORMED', `The dealing of member ${dealer} is malformed.`, {
      details,
      member: dealer,
    });
  const size = polynomialBytes(ring, ring.primes.length);
  const envelope = ENVELOPE_BYTES + FILE_HEADER_BYTES + 1 + size;
  const length = FILE_HEADER_BYTES + 2 * threshold * size + members * envelope;
  if (bytes.length !== length) throw malformed(`It has ${bytes.length} bytes of ${length}.`);
  if (!beginsWith(bytes, header(committee, dealer))) {
    throw malformed('Its header is of another format, member, size, epoch or base model.');
  }
  let at = FILE_HEADER_BYTES;
  const polynomials = Array.from({ length: 2 * threshold }, () => {
    const polynomial = readPolynomial(ring, bytes.subarray(at, at + size), ring.primes.length);
    at += size;
    if (polynomial === undefined) throw malformed('A residue is not below its prime.');
    return polynomial;
  });
  const envelopes = Array.from({ length: members }, (_, i) =>
    bytes.slice(at + i * envelope, at + (i + 1) * envelope),
  );
  const relations = [polynomials.slice(0, threshold), polynomials.slice(threshold)] as const;
  return { dealer, relations, envelopes };
}

/** What stands before the share in an envelope: an envelope of another dealing or member does not fit. */
export const shareContext = (
  committee: CommitteeFacts,
  dealer: number,
  member: number,
): Uint8Array => Buffer.concat([header(committee, dealer), Uint8Array.of(member)]);

const header = (committee: CommitteeFacts, dealer: number): Uint8Array =>
  fileHeader(MAGIC, { ...committee, position: dealer });

function checkDistinct(keys: readonly Uint8Array[]): void {
  if (new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size !== keys.length) {
    throw new CommitteeError('COMMITTEE_INVALID', 'Two members have the same one-time key.');
  }
}

function sealFor(payload: Uint8Array, key: Uint8Array, member: number): Uint8Array {
  try {
    return sealEnvelope(payload, [key]);
  } catch (cause) {
    throw new CommitteeError(
      'MEMBER_KEY_INVALID',
      `What member ${member} uploaded is not an ML-KEM-768 public key.`,
      { cause, member },
    );
  }
}
