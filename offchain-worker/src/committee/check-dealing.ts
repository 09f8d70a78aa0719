// SPDX-License-Identifier: Apache-2.0
// A member's check of a dealing: its own share opens, and is the one that the public relations bind.
import { type KemKeyPair, openEnvelope } from '@training-ledger/sdk';
import { type CommitteeFacts, checkCommittee, checkPosition } from './committee.ts';
import { commonPolynomials } from './crs.ts';
import { type Dealing, parseDealing, shareContext } from './dealing.ts';
import { CommitteeError } from './errors.ts';
import { beginsWith } from './file-header.ts';
import { keyRing } from './key-ring.ts';
import { polynomialBytes, readPolynomial } from './limb-bits.ts';
import type { Polynomial, Ring } from './ring.ts';
import { isBound } from './sharing.ts';

/** Whose dealing is opened by whom. */
export interface OpenDealingOptions extends CommitteeFacts {
  /** Position of the dealing's author. */
  readonly dealer: number;
  /** Position of the member that opens its share. */
  readonly member: number;
  /** The member's one-time key pair. */
  readonly kem: KemKeyPair;
}

/** A checked share of one dealer's secret. */
export interface DealtShare extends CommitteeFacts {
  readonly dealer: number;
  readonly member: number;
  /** S(alpha_member) in NTT form. Secret. */
  readonly value: Polynomial;
}

/**
 * Parses a dealing, opens the member's share of it and checks it.
 * @throws CommitteeError `DEALING_MALFORMED` or `SHARE_INVALID`, both naming the dealer: complain about it with the seed of
 * the one-time key as evidence. `COMMITTEE_INVALID` for facts that cannot be.
 */
export function openDealing(
  bytes: Uint8Array,
  { base, epoch, threshold, members, dealer, member, kem }: OpenDealingOptions,
  ring: Ring = keyRing(),
): DealtShare {
  const committee = { base, epoch, threshold, members };
  checkCommittee(committee);
  checkPosition(member, members);
  const dealing = parseDealing(committee, dealer, bytes, ring);
  const value = openShare(committee, dealing, member, kem, ring);
  const common = commonPolynomials(ring, committee);
  if (!isBound(ring, common, dealing.relations, member, value)) {
    throw invalid(dealer, member, 'It is not the share that the public relations bind.');
  }
  return { ...committee, dealer, member, value };
}

function openShare(
  committee: CommitteeFacts,
  { dealer, envelopes }: Dealing,
  member: number,
  kem: KemKeyPair,
  ring: Ring,
): Polynomial {
  let payload: Uint8Array;
  try {
    payload = openEnvelope(envelopes[member - 1] as Uint8Array, kem);
  } catch {
    // The cause may tell of the key.
    throw invalid(dealer, member, 'Its envelope does not open.');
  }
  const context = shareContext(committee, dealer, member);
  const primes = ring.primes.length;
  // The parser measured the envelope; its number of readers decides on the payload's length.
  const whole = payload.length === context.length + polynomialBytes(ring, primes);
  if (!whole || !beginsWith(payload, context)) {
    throw invalid(dealer, member, 'Its envelope holds something else.');
  }
  const own = readPolynomial(ring, payload.subarray(context.length), primes);
  payload.fill(0);
  if (own === undefined) throw invalid(dealer, member, 'A residue is not below its prime.');
  return own;
}

const invalid = (dealer: number, member: number, details: string): CommitteeError =>
  new CommitteeError('SHARE_INVALID', `Member ${dealer} dealt a wrong share to member ${member}.`, {
    details,
    member: dealer,
  });
