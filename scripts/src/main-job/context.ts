// SPDX-License-Identifier: Apache-2.0
// What the parts of the job share.
import type { VectorCommitter } from '@training-ledger/circuits';
import { UNIT } from '@training-ledger/network';
import type { Sample } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import type { LedgerClient, LocalModel } from '@training-ledger/sdk';
import type { LedgerNetwork } from './options.ts';
import type { Progress } from './progress/progress.ts';

/** What comes next builds on every call: blocks may be taken back until they are final, and where they are not it costs nothing. */
export const FINAL = { finalized: true, timeout: 300_000 };
/** Plancks that each round is funded with. */
export const POOL = 1_000n * UNIT;

/** What every part of the job works with. */
export interface JobContext {
  /** A client of the base model's owner. */
  readonly owner: LedgerClient;
  readonly committer: VectorCommitter;
  readonly progress: Progress;
  readonly network: LedgerNetwork;
  /** Aborted when the job ends, with the reason: nothing is waited for any longer. */
  readonly signal: AbortSignal;
}

/** An op as its user remembers it. */
export interface UserOp {
  readonly id: Hex;
  readonly round: number;
  readonly delta: number;
  readonly batch: number;
  /** Plancks. */
  reward: bigint;
}

/** A user of the job. */
export interface User {
  readonly name: string;
  readonly client: LedgerClient;
  readonly samples: readonly Sample[];
  model: LocalModel;
  readonly ops: UserOp[];
}

/** Runs `run` for all items, `width` of them at a time, in their order. */
export async function inTurns<T>(
  items: readonly T[],
  width: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const take = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: width }, take));
}
