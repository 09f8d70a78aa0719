// SPDX-License-Identifier: Apache-2.0
// What the main job is asked for, and what is there when it is done.
import type { Hex } from '@training-ledger/runtime-types';
import type { PreparedWorker } from './prepared-workers.ts';
import type { Report } from './report/report.ts';

/** A network as far as the job knows it. */
export interface LedgerNetwork {
  readonly chains: readonly { readonly paraId: number; readonly endpoint: string }[];
  /** Makes a block of the first chain now, where the network can do that. */
  nextBlock?(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings of the job. */
export interface MainJobOptions {
  readonly users: number;
  readonly rounds: number;
  /** Deals the data. */
  readonly seed: number;
  /** Where the export goes. */
  readonly exportFile: string;
  /** Starts the network, or finds one that runs; the embedded one by default. */
  readonly startNetwork?: () => Promise<LedgerNetwork>;
  /** Processes of workers that were started before; by default they are started now. They end with the job. */
  readonly workers?: readonly PreparedWorker[];
  /** Ends the job early: everything that it started ends. */
  readonly signal?: AbortSignal;
}

/** The job is done; network, workers and content store are still there. */
export interface FinishedJob {
  readonly report: Report;
  readonly endpoint: string;
  readonly base: Hex;
  /** Folder of the content store. */
  readonly store: string;
}
