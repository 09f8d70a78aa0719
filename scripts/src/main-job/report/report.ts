// SPDX-License-Identifier: Apache-2.0
// What the main job ends with: report.json. Ids and addresses are whole; what shows them may shorten them.
import type { Span } from '../progress/progress.ts';

/** Counts of correctly classified samples as shares of the test set. */
export interface AccuracyChange {
  readonly before: number;
  readonly after: number;
}

/** A sealed block and the generation that came of it. */
export interface BlockReport {
  readonly number: number;
  readonly hash: string;
  readonly round: number;
  readonly ops: number;
  /** Address of the worker that sealed it. */
  readonly leader: string;
  /** Samples of the challenge that the leader has proven to classify. */
  readonly provenCorrect: number;
  /** Samples of the round's challenge. */
  readonly challenge: number;
  /** What every worker has proven, best first. */
  readonly proven: readonly { readonly worker: string; readonly correct: number }[];
  /** The new generation, and how many samples of the challenge it is proven to classify. */
  readonly generation: { readonly index: number; readonly provenCorrect: number };
  readonly accuracy: AccuracyChange;
}

/** A user of the job. */
export interface UserReport {
  readonly name: string;
  readonly address: string;
  /** Id of the user's model. */
  readonly model: string;
}

/** An op that is in a block. */
export interface OperationReport {
  readonly id: string;
  /** Name of the user. */
  readonly user: string;
  readonly round: number;
  /** Samples of the validation batch by which the model is proven to have improved. */
  readonly delta: number;
  /** Samples of the validation batch. */
  readonly batch: number;
  /** UNIT. */
  readonly reward: number;
}

/** report.json */
export interface Report {
  readonly settings: { readonly users: number; readonly rounds: number; readonly seed: number };
  /** Where it happened. */
  readonly chain: { readonly genesis: string; readonly base: string; readonly prover: string };
  /** Share of the test set that the base model classifies, before the first and after the last round. */
  readonly accuracy: AccuracyChange;
  readonly blocks: readonly BlockReport[];
  readonly users: readonly UserReport[];
  readonly workers: readonly { readonly name: string; readonly address: string }[];
  readonly operations: readonly OperationReport[];
  /** A model's export, verified without a node. */
  readonly exported: {
    readonly file: string;
    readonly ops: number;
    readonly sealedOps: number;
    readonly proofs: number;
  };
  /** Attempts to cheat and what the ledger answered. */
  readonly refused: readonly { readonly attempt: string; readonly error: string }[];
  /** Milliseconds by stage, and in all; stages may run at the same time. */
  readonly timings: Readonly<Record<string, number>>;
  /** When the stages ran, in milliseconds since the start. */
  readonly spans: readonly Span[];
}

/** What users contributed and got in all rounds, in the order of the users. */
export function contributions({
  users,
  operations,
}: Pick<Report, 'users' | 'operations'>): readonly {
  readonly user: UserReport;
  readonly delta: number;
  readonly reward: number;
}[] {
  return users.map((user) => {
    const own = operations.filter(({ user: name }) => name === user.name);
    const sum = (of: 'delta' | 'reward'): number => own.reduce((all, op) => all + op[of], 0);
    return { user, delta: sum('delta'), reward: sum('reward') };
  });
}

/** The name of a worker by its address; the address itself of who is none of the job's. */
export function workerName({ workers }: Pick<Report, 'workers'>, address: string): string {
  return workers.find((worker) => worker.address === address)?.name ?? address;
}

/** A number of things as people read it. */
export const counted = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`;

/** A share as people read it. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
