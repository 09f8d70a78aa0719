// SPDX-License-Identifier: Apache-2.0
// Whole committees for tests: all members in one process, each doing what it would do alone.
import { kemKeyPair } from '@training-ledger/sdk';
import { openDealing } from './check-dealing.ts';
import { collectivePublicKey } from './collective-key.ts';
import { deal } from './dealing.ts';
import type { KeyPartSum } from './key-part.ts';
import { memberKey } from './member-key.ts';
import {
  type PartialDecryption,
  parsePartialDecryption,
  partialDecryption,
} from './partial-decryption.ts';
import { systemRandom, ternary } from './sampling.ts';

export const BASE = `0x${'5b'.repeat(32)}` as const;
export const EPOCH = 3;

/** A committee whose members have their one-time keys and dealings. */
export function dealtCommittee(members: number, threshold: number) {
  const facts = { base: BASE, epoch: EPOCH, threshold };
  const seeds = Array.from({ length: members }, (_, i) => new Uint8Array(64).fill(i + 1));
  const kems = seeds.map((seed) => kemKeyPair(seed));
  const kemPublicKeys = kems.map(({ publicKey }) => publicKey);
  const dealings = kems.map((_, i) => deal({ ...facts, dealer: i + 1, kemPublicKeys }));
  /** How a member opens its share of a dealing. */
  const opening = (dealer: number, member: number) => {
    const kem = kems[member - 1] as (typeof kems)[number];
    return { ...facts, members, dealer, member, kem };
  };
  return { ...facts, members, seeds, kems, kemPublicKeys, dealings, opening };
}

/** A committee that has its key. */
export function readyCommittee(members: number, threshold: number) {
  const dealt = dealtCommittee(members, threshold);
  const keys = dealt.kems.map((_, i) =>
    memberKey(dealt.dealings.map((bytes, d) => openDealing(bytes, dealt.opening(d + 1, i + 1)))),
  );
  const publicKey = collectivePublicKey(dealt);
  /** The file of a member's share of an attempt. */
  const shareFile = (sum: KeyPartSum, attempt: number, positions: number[], position: number) =>
    partialDecryption({
      sum,
      attempt,
      positions,
      position,
      memberKey: keys[position - 1] as Uint8Array,
    });
  /** The shares of all members of an attempt's set. */
  const attempt = (sum: KeyPartSum, number: number, positions: number[]): PartialDecryption[] =>
    positions.map((position) =>
      parsePartialDecryption(shareFile(sum, number, positions, position), {
        attempt: number,
        position,
        positions,
      }),
    );
  return { ...dealt, keys, publicKey, shareFile, attempt };
}

/** One-time keys as contributors make them. */
export const oneTimeKeys = (count: number, degree: number): Int8Array[] => {
  const random = systemRandom();
  return Array.from({ length: count }, () => ternary(degree, random));
};

/** What a sum of keys, each `repeats` times, must open to. */
export const sumOf = (keys: readonly Int8Array[], repeats = 1): Int16Array =>
  Int16Array.from(keys[0] as Int8Array, (_, i) =>
    keys.reduce((sum, key) => sum + repeats * (key[i] as number), 0),
  );

/** All sets of `size` positions of 1 to `members`, in order. */
export function* setsOf(members: number, size: number, from = 1): Generator<number[]> {
  if (size === 0) yield [];
  else {
    for (let first = from; first <= members - size + 1; first++) {
      for (const rest of setsOf(members, size - 1, first + 1)) yield [first, ...rest];
    }
  }
}

/** The code of the error that a call throws, and the member that it names. */
export function refusal(call: () => unknown): { code?: string; member?: number } {
  try {
    call();
  } catch (error) {
    const { code, member } = error as { code?: string; member?: number };
    return { ...(code === undefined ? {} : { code }), ...(member === undefined ? {} : { member }) };
  }
  return {};
}
