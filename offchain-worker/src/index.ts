// SPDX-License-Identifier: Apache-2.0
// What applications and key holders use of the worker package.
export { blockCount, MAX_CONTRIBUTORS, packUpdate, unpackSum } from './bfv/packing.ts';
export { Bfv, CIPHERTEXT_BYTES, SLOTS } from './bfv/seal.ts';
export { WorkerError, type WorkerErrorCode } from './errors.ts';
export { aggregateUpdates } from './federation/aggregate.ts';
export { createUpdateEncryptor } from './federation/encryptor.ts';
export { applyAverage, openGeneration, type RecordedGeneration } from './federation/generation.ts';
export { type FederationKeyHolder, OwnerKeyHolder } from './federation/key-holder.ts';
export { generateSeeds, readKeystore, type WorkerSeeds, writeKeystore } from './keys/keystore.ts';
export { trainSoftmax, type TrainingOptions } from './training/softmax.ts';
export { chooseValidationBatch } from './training/validation-batch.ts';
export { Journal, type RoundEntry } from './worker/journal.ts';
export { Worker, type WorkerOptions } from './worker/worker.ts';
