// SPDX-License-Identifier: Apache-2.0
// What applications and key holders use of the worker package.
import '@training-ledger/runtime-types/require-node';

export {
  CommitteeError,
  collectivePublicKey,
  type DealtShare,
  deal,
  encodeEvidence,
  type Judgement,
  judge,
  memberKey,
  nameWrongShares,
  openDealing,
  openKeySum,
  parsePartialDecryption,
  partialDecryption,
  type Refreshment,
  refreshKeyPart,
} from './committee/index.ts';
export { WorkerError, type WorkerErrorCode } from './errors.ts';
export { aggregateUpdates, recomputeAggregate } from './federation/aggregate.ts';
export {
  createUpdateEncryptor,
  federationEncryptor,
  type UpdateEncryptorOptions,
} from './federation/encryptor.ts';
export { applyMean, openGeneration, type RecordedGeneration } from './federation/generation.ts';
export {
  type Attempt,
  attempts,
  isComplete,
  type OpenedAggregate,
  openAggregate,
  positionOf,
  refreshed,
} from './federation/opening.ts';
export { type VerifiedGeneration, verifyGeneration } from './federation/verify-generation.ts';
export { waitForDecryption } from './federation/wait-for-decryption.ts';
export { generateSeeds, readKeystore, type WorkerSeeds, writeKeystore } from './keys/keystore.ts';
export {
  createUpdateMasker,
  type OpenedSum,
  openSum,
  type SumOpening,
  type UpdateMasker,
  type UpdateMaskerOptions,
} from './masking/index.ts';
export { createLogger, type LogLevel } from './observe/logger.ts';
export { serveMetrics, WorkerMetrics } from './observe/metrics.ts';
export { type TrainedUpdate, trainForImprovement } from './training/improvement.ts';
export { type TrainingOptions, trainSoftmax } from './training/softmax.ts';
export { chooseValidationBatch } from './training/validation-batch.ts';
export type { WorkerOptions } from './worker/context.ts';
export { Journal, type PendingTransaction, type RoundEntry } from './worker/journal.ts';
export { Worker } from './worker/worker.ts';
