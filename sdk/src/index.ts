// SPDX-License-Identifier: Apache-2.0
// What applications import.
import '@training-ledger/runtime-types/require-node';

export * from '@training-ledger/protocol';
export * from './aggregation/index.ts';
export { Cleanup } from './cleanup.ts';
export {
  includedOps,
  unsoundUpdates,
  updateShape,
  type VerifiedAggregate,
  type VerifyAggregateOptions,
  verifyAggregate,
} from './client/aggregate.ts';
export { blockOps, type IdentifiedOp, opsRoot, pendingOps } from './client/block-ops.ts';
export { getBlock, getInclusionProof } from './client/blocks.ts';
export { LedgerChain } from './client/chain.ts';
export { chainTime } from './client/chain-time.ts';
export {
  type CommitteeArgs,
  committeeKey,
  getCommittee,
  waitForCommitteeKey,
} from './client/committee.ts';
export {
  bind,
  type ClientContext,
  eventData,
  type Identity,
  type LocalModel,
  proveHex,
  publicInput,
  required,
} from './client/context.ts';
export {
  keyPlace,
  postChallenge,
  registerVerifyingKeys,
  type SealArgs,
  sealBlock,
} from './client/federation.ts';
export type { HandOverArgs } from './client/hand-over.ts';
export type { AuthProof, HistoryEntry, UserHistory } from './client/history.ts';
export { type IdentitySecrets, openIdentity } from './client/identity.ts';
export { LedgerClient, type LedgerClientOptions } from './client/ledger-client.ts';
export { verifyMirroredOps } from './client/mirrors.ts';
export {
  type BaseModelArgs,
  checkState,
  generationWeights,
  type OwnershipProof,
} from './client/models.ts';
export { getOps } from './client/ops.ts';
export {
  type Estimate,
  PreparedCall,
  type SubmitOptions,
  type Submitted,
} from './client/prepared-call.ts';
export {
  type RoundUpdate,
  type SubscribeOptions,
  subscribeBlocks,
  subscribeHeads,
  subscribeRounds,
} from './client/subscriptions.ts';
export type { SentMessage, SentSync, SyncEstimate } from './client/sync.ts';
export type { Load, SyncChannel } from './client/sync-channel.ts';
export type { SyncModelOptions, SyncReport } from './client/sync-model.ts';
export { isOutstanding, type SyncState, type SyncWaitOptions } from './client/sync-state.ts';
export {
  type Interaction,
  payloadDigest,
  type RecordedTraining,
  type SealedUpdate,
  type TrainingArgs,
  type UpdateEncryptor,
} from './client/training.ts';
export { type BatchOutcome, MAX_BATCH_OPS } from './client/training-batch.ts';
export type { ModelHistory, RecordedOp } from './client/user-history.ts';
export { waitForState } from './client/waiting.ts';
export { FileContentStore } from './content/file-store.ts';
export { MemoryContentStore } from './content/memory-store.ts';
export {
  type ContentStore,
  MAX_CONTENT_BYTES,
} from './content/store.ts';
export { SdkError, type SdkErrorCode } from './errors.ts';
