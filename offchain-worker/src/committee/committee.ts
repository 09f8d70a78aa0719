// SPDX-License-Identifier: Apache-2.0
// What all members of a committee agree on before they deal, and the sets in which they decrypt.
import type { Hex } from '@training-ledger/runtime-types';
import { CommitteeError } from './errors.ts';
import { MAX_MEMBERS, MIN_THRESHOLD } from './parameters.ts';

/** A forming committee: facts of the chain. */
export interface CommitteeFacts {
  /** Id of the base model, 32 bytes. */
  readonly base: Hex;
  /** u32; grows each time that the committee of the base model is formed anew. */
  readonly epoch: number;
  /** Members that it takes to open a sum. */
  readonly threshold: number;
  /** Number of members. Their positions count from 1. */
  readonly members: number;
}

/**
 * Checks what a committee is made of.
 * @throws CommitteeError `COMMITTEE_INVALID`.
 */
export function checkCommittee({ base, epoch, threshold, members }: CommitteeFacts): void {
  const whole = Number.isInteger(members) && Number.isInteger(threshold);
  if (!whole || members > MAX_MEMBERS || threshold < MIN_THRESHOLD || threshold > members) {
    throw new CommitteeError(
      'COMMITTEE_INVALID',
      `A committee has at most ${MAX_MEMBERS} members and a threshold from ${MIN_THRESHOLD} to their number.`,
      { details: `Got ${members} members, threshold ${threshold}.` },
    );
  }
  const known = /^0x[0-9a-f]{64}$/.test(base);
  if (!known || !Number.isInteger(epoch) || epoch < 0 || epoch > 0xffffffff) {
    throw new CommitteeError('COMMITTEE_INVALID', 'A base id has 32 bytes, an epoch is a u32.');
  }
}

/** @throws CommitteeError `COMMITTEE_INVALID` unless `position` is one of 1 to the number of members. */
export function checkPosition(position: number, members: number): void {
  if (!Number.isInteger(position) || position < 1 || position > members) {
    throw new CommitteeError('COMMITTEE_INVALID', `Positions are 1 to ${members}.`, {
      details: `Got ${position}.`,
    });
  }
}

/**
 * Checks the set of an attempt: distinct positions, at least two. Their order means nothing.
 * @throws CommitteeError `DECRYPTION_SET_INVALID`.
 */
export function checkSet(positions: readonly number[], members = MAX_MEMBERS): void {
  const sound = positions.every(
    (position) => Number.isInteger(position) && position >= 1 && position <= members,
  );
  const distinct = new Set(positions).size === positions.length;
  if (!sound || !distinct || positions.length < MIN_THRESHOLD) {
    throw new CommitteeError(
      'DECRYPTION_SET_INVALID',
      `An attempt has ${MIN_THRESHOLD} or more distinct positions of 1 to ${members}.`,
      { details: `Got [${positions.slice(0, MAX_MEMBERS + 1).join(', ')}].` },
    );
  }
}
