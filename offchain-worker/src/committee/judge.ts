// SPDX-License-Identifier: Apache-2.0
// Judges a complaint about a dealing. Everyone who has the dealing and the evidence comes to the same result.
//
// The evidence is the seed of the accuser's one-time ML-KEM-768 key. That key guards nothing but the shares of this run,
// which ends with the complaint whoever is at fault.
// evidence = "TLV1" ‖ seed 64
import { kemKeyPair } from '@training-ledger/sdk';
import { openDealing } from './check-dealing.ts';
import { type CommitteeFacts, checkCommittee, checkPosition } from './committee.ts';
import { parseDealing } from './dealing.ts';
import { CommitteeError } from './errors.ts';
import { beginsWith } from './file-header.ts';
import { keyRing } from './key-ring.ts';
import type { Ring } from './ring.ts';

const MAGIC = new TextEncoder().encode('TLV1');
const SEED_BYTES = 64;

/** A member accuses another of its dealing. */
export interface Complaint extends CommitteeFacts {
  /** Position of the accused. */
  readonly dealer: number;
  /** The bytes whose hash the dealer posted. */
  readonly dealing: Uint8Array;
  /** Position of the accuser. */
  readonly accuser: number;
  /** The one-time ML-KEM-768 public key that the accuser posted. */
  readonly accuserKey: Uint8Array;
  /** The file of {@link encodeEvidence}. */
  readonly evidence: Uint8Array;
}

/** Who is at fault, and why in a sentence. */
export interface Judgement {
  readonly fault: 'dealer' | 'accuser';
  /** Position of the one at fault. */
  readonly member: number;
  readonly reason: string;
}

/** The evidence file of the seed of a one-time key, 64 bytes. Who publishes it gives up the shares of this run. */
export const encodeEvidence = (seed: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([MAGIC, seed]));

/**
 * Judges a complaint.
 * @throws CommitteeError `COMMITTEE_INVALID` for a committee or positions that cannot be.
 */
export function judge(complaint: Complaint, ring: Ring = keyRing()): Judgement {
  const { dealer, dealing, accuser, accuserKey, evidence, ...committee } = complaint;
  checkCommittee(committee);
  checkPosition(dealer, committee.members);
  checkPosition(accuser, committee.members);
  // What nobody can parse needs no evidence.
  const malformed = refusal(() => parseDealing(committee, dealer, dealing, ring));
  if (malformed !== undefined) return { fault: 'dealer', member: dealer, reason: malformed };
  const isFile = evidence.length === MAGIC.length + SEED_BYTES && beginsWith(evidence, MAGIC);
  const kem = isFile ? kemKeyPair(evidence.slice(MAGIC.length)) : undefined;
  if (kem === undefined || !Buffer.from(accuserKey).equals(kem.publicKey)) {
    const reason = 'The evidence is not the seed of the key that the accuser posted.';
    return { fault: 'accuser', member: accuser, reason };
  }
  const options = { ...committee, dealer, member: accuser, kem };
  const wrong = refusal(() => openDealing(dealing, options, ring));
  if (wrong !== undefined) return { fault: 'dealer', member: dealer, reason: wrong };
  const reason = 'The share is the one that the dealing binds.';
  return { fault: 'accuser', member: accuser, reason };
}

/** The sentence of a dealing's refusal; undefined if it is not refused. */
function refusal(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const refused =
      error instanceof CommitteeError &&
      (error.code === 'DEALING_MALFORMED' || error.code === 'SHARE_INVALID');
    if (!refused) throw error;
    return `${error.shortMessage} ${error.details ?? ''}`.trim();
  }
}
