// SPDX-License-Identifier: Apache-2.0
// What applications and key holders use of the worker package.
export { Packing, type PackingOptions, PROTOCOL_PACKING, type UnpackedSum } from './bfv/packing.ts';
export { BFV_4096_T56, type BfvParameters } from './bfv/parameters.ts';
export { Bfv, type BfvKeyPair, CIPHERTEXT_BYTES, SLOTS } from './bfv/seal.ts';
export { WorkerError, type WorkerErrorCode } from './errors.ts';
export { type Aggregate, aggregateUpdates, recomputeAggregate } from './federation/aggregate.ts';
export { blockOps, type IdentifiedOp, pendingOps } from './federation/block-ops.ts';
export { createUpdateEncryptor } from './federation/encryptor.ts';
export { applyMean, openGeneration, type RecordedGeneration } from './federation/generation.ts';
export {
  type FederationKeyHolder,
  type OpenedSum,
  OwnerKeyHolder,
  type SealedSum,
} from './federation/key-holder.ts';
export { generateSeeds, readKeystore, type WorkerSeeds, writeKeystore } from './keys/keystore.ts';
export { createLogger, type LogLevel } from './observe/logger.ts';
export { serveMetrics, WorkerMetrics } from './observe/metrics.ts';
export { type TrainedUpdate, trainForImprovement } from './training/improvement.ts';
export { type TrainingOptions, trainSoftmax } from './training/softmax.ts';
export { chooseValidationBatch } from './training/validation-batch.ts';
export type { WorkerOptions } from './worker/context.ts';
export { Journal, type PendingTransaction, type RoundEntry } from './worker/journal.ts';
export { Worker } from './worker/worker.ts';
