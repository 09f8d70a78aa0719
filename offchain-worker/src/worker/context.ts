// SPDX-License-Identifier: Apache-2.0
// What the duties of a worker work with.
import type { VectorCommitter } from '@training-ledger/circuits';
import type { Sample } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import type { LedgerClient, MlDsaKeyPair } from '@training-ledger/sdk';
import type { Logger } from 'pino';
import type { WorkerMetrics } from '../observe/metrics.ts';
import type { TrainingOptions } from '../training/softmax.ts';
import type { CommitteeSecrets } from './committee-secrets.ts';
import type { Journal } from './journal.ts';
import type { RoundChecks } from './opening.ts';
import type { Outbox } from './outbox.ts';

/** What a worker is made of. */
export interface WorkerOptions {
  readonly client: LedgerClient;
  /** Opens commitments. */
  readonly committer: VectorCommitter;
  /** The base model whose federation it works for. */
  readonly base: Hex;
  /** Signs blocks. */
  readonly sealing: MlDsaKeyPair;
  /** Of this worker alone: two processes must not share one. */
  readonly journal: Journal;
  /** What its own models are trained on. */
  readonly samples: readonly Sample[];
  readonly training?: TrainingOptions;
  readonly log: Logger;
  readonly metrics?: WorkerMetrics;
}

/** What a duty is given. */
export interface DutyContext extends WorkerOptions {
  readonly outbox: Outbox;
  /** What it holds as a committee member. */
  readonly secrets: CommitteeSecrets;
  readonly checks: RoundChecks;
  /** The worker's account, SS58. */
  readonly address: string;
}
