// SPDX-License-Identifier: Apache-2.0
// The client: one door to everything that an application does with the ledger.
import type { KeyringPair } from '@polkadot/keyring/types';
import type { Prover } from '@training-ledger/circuits';
import type { MlDsaKeyPair } from '@training-ledger/protocol';
import type { Custody, ForkSource, Hex, Mirror, MirroredOp } from '@training-ledger/runtime-types';
import type { ContentStore } from '../content/store.ts';
import {
  type VerifiedAggregate,
  type VerifyAggregateOptions,
  verifyAggregate,
} from './aggregate.ts';
import { getBlock, getInclusionProof } from './blocks.ts';
import { LedgerChain } from './chain.ts';
import { chainTime } from './chain-time.ts';
import { type CommitteeArgs, committeeKey, formCommittee } from './committee.ts';
import type { ClientContext, Identity, LocalModel } from './context.ts';
import { exportBundle } from './exports.ts';
import * as federation from './federation.ts';
import { type HandOverArgs, handOver, handOverFee } from './hand-over.ts';
import {
  type AuthProof,
  Challenges,
  getUserHistory,
  modelOps,
  proveAuth,
  type UserHistory,
} from './history.ts';
import { mirror, mirroredOps } from './mirrors.ts';
import * as models from './models.ts';
import type { PreparedCall, SubmitOptions } from './prepared-call.ts';
import * as rewards from './rewards.ts';
import { subscribeBlocks, subscribeRounds } from './subscriptions.ts';
import {
  estimateSync,
  expireSync,
  prepareSync,
  retrySync,
  type SentMessage,
  type SentSync,
  type SyncEstimate,
} from './sync.ts';
import { type SyncChannel, syncChannel } from './sync-channel.ts';
import * as governance from './sync-governance.ts';
import { type SyncModelOptions, type SyncReport, syncModel } from './sync-model.ts';
import {
  custody,
  type SyncState,
  type SyncWaitOptions,
  syncState,
  waitForSync,
} from './sync-state.ts';
import * as training from './training.ts';
import { type BatchOutcome, recordTrainingBatch } from './training-batch.ts';
import { type ModelHistory, paraIdOf, userHistoryAcross } from './user-history.ts';

/** What a client is made of. */
export interface LedgerClientOptions {
  /** WebSocket endpoint of a node of the chain. */
  readonly endpoint: string;
  readonly identity: Identity;
  readonly store: ContentStore;
  readonly prover: Prover;
  /** Milliseconds to wait for the node; 60,000 by default. */
  readonly timeout?: number;
}

/**
 * A user of the ledger. Operations make what they need (envelopes, commitments, proofs) and give a {@link PreparedCall},
 * which can be estimated, run dry and submitted.
 */
export class LedgerClient {
  /** The typed connection beneath. */
  readonly chain: LedgerChain;
  /** What the operations work with; worker and tools share it. */
  readonly context: ClientContext;
  readonly #challenges = new Challenges();

  private constructor(context: ClientContext) {
    this.chain = context.chain;
    this.context = context;
  }

  /**
   * Connects to a node; reconnects by itself from then on.
   * @throws SdkError `NOT_CONNECTED`, `NOT_FOUND` or `ARGUMENT_INVALID`: see {@link LedgerChain.connect}.
   */
  static async connect({
    endpoint,
    identity,
    store,
    prover,
    timeout,
  }: LedgerClientOptions): Promise<LedgerClient> {
    return new LedgerClient({
      chain: await LedgerChain.connect(endpoint, timeout === undefined ? {} : { timeout }),
      identity,
      store,
      prover,
    });
  }

  /** A client for another identity on the same connection; it makes and takes challenges of its own. */
  as(identity: Identity): LedgerClient {
    return new LedgerClient({ ...this.context, identity });
  }

  /**
   * Stores a base model's files and prepares its registration. Result: its id.
   * @throws SdkError `MODEL_FILE_MALFORMED`, `CONTENT_TOO_LARGE` or `ARGUMENT_INVALID`.
   */
  registerBaseModel(args: models.BaseModelArgs): Promise<PreparedCall<Hex>> {
    return models.registerBaseModel(this.context, args);
  }

  /** Prepares forming the committee of an own federation, whose members then make its key by themselves. */
  formCommittee(base: Hex, args: CommitteeArgs): PreparedCall<void> {
    return formCommittee(this.context, base, args);
  }

  /**
   * The public key that updates of a federation are sealed under.
   * @throws SdkError `COMMITTEE_NOT_READY` or `CONTENT_NOT_FOUND`.
   */
  committeeKey(base: Hex): Promise<Uint8Array> {
    return committeeKey(this.context, base);
  }

  /**
   * Checks that a round's sealed aggregate is the sum of its ops' updates, from chain data and the content store alone.
   * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `LEDGER_INCONSISTENT`, `BLOCK_SIGNATURE_INVALID`, `SUM_MALFORMED` or
   * `AGGREGATE_MISMATCH`.
   */
  verifyAggregate(
    base: Hex,
    round: number,
    options: VerifyAggregateOptions,
  ): Promise<VerifiedAggregate> {
    return verifyAggregate(this.context, base, round, options);
  }

  /** Registers the verifying keys of all circuits, as the chain's sudo. */
  registerVerifyingKeys(
    sudo: KeyringPair,
    key: Parameters<typeof federation.registerVerifyingKeys>[2],
    options?: SubmitOptions,
  ): Promise<void> {
    return federation.registerVerifyingKeys(this.context, sudo, key, options);
  }

  /**
   * Proves ownership and prepares a fork: of a base model, or of a model that the user owns or may read (then with its
   * local copy). A user forks a source once. Result: the new model.
   * @throws SdkError `NOT_FOUND`; ProverError.
   */
  forkModel(source: ForkSource, parent?: LocalModel): Promise<PreparedCall<LocalModel>> {
    return models.forkModel(this.context, source, parent);
  }

  /**
   * Opens a model from the content store: an own one, or one whose newest state was recorded while the user had access.
   * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `ENVELOPE_NOT_FOR_KEY` or `STATE_MISMATCH`.
   */
  openModel(model: Hex): Promise<LocalModel> {
    return models.openModel(this.context, model);
  }

  /**
   * Weights of a generation of a base model, the newest by default, checked against their commitment.
   * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND` or `STATE_MISMATCH`.
   */
  generationWeights(base: Hex, generation?: number): ReturnType<typeof models.generationWeights> {
    return models.generationWeights(this.context, base, generation);
  }

  /**
   * Prepares taking over the base model's newest generation. Result: the model with its weights.
   * @throws SdkError `NOT_FOUND`.
   */
  adoptGeneration(model: Hex): Promise<PreparedCall<LocalModel>> {
    return models.adoptGeneration(this.context, model);
  }

  /**
   * Seals, encrypts and proves a training operation and prepares its recording. Result: the op and the model after it.
   * Ops of one model follow each other: submit one before the next is prepared.
   * @throws StatementError if a statement does not hold; SdkError `STATE_MISMATCH` if `model` is not the newest state,
   * `NOT_FOUND`; ProverError.
   */
  recordTraining(args: training.TrainingArgs): Promise<PreparedCall<training.RecordedTraining>> {
    return training.recordTraining(this.context, args);
  }

  /**
   * Seals, encrypts and proves up to 16 training operations of own models and prepares recording them in one call, whose proofs
   * the chain verifies together. Of several ops of one model each has the weights of the one before as those of its `model`.
   * Result: in order, the recorded ops, and the refused ones with their errors; those do not keep the others from being
   * recorded.
   * @throws as {@link recordTraining}; SdkError `ARGUMENT_INVALID` for no or too many ops.
   */
  recordTrainingBatch(
    batch: readonly training.TrainingArgs[],
  ): Promise<PreparedCall<readonly BatchOutcome[]>> {
    return recordTrainingBatch(this.context, batch);
  }

  /**
   * Proves a contribution other than an op and prepares its recording. `type` is 0 to 255. Result: its index.
   * @throws StatementError `CONTRIBUTION_TYPE_RANGE`; ProverError.
   */
  recordContribution(
    model: Hex,
    contribution: { type: number; data: Uint8Array },
  ): Promise<PreparedCall<number>> {
    return training.recordContribution(this.context, model, contribution);
  }

  /**
   * Prepares giving a reader access to what a model records from now on.
   * @throws SdkError `KEY_LENGTH` or `KEY_INVALID` for what is no ML-KEM-768 public key, `ARGUMENT_INVALID`.
   */
  grantAccess(model: Hex, reader: string, kemPublicKey: Uint8Array): Promise<PreparedCall<void>> {
    return models.grantAccess(this.context, model, reader, kemPublicKey);
  }

  /** Prepares taking a reader's access to what a model records from now on. */
  revokeAccess(model: Hex, reader: string): Promise<PreparedCall<void>> {
    return models.revokeAccess(this.context, model, reader);
  }

  /** A challenge for a user who wants its history from this process: works once and for five minutes. */
  issueChallenge(): Hex {
    return this.#challenges.issue();
  }

  /** Proves to whoever made the challenge that this is the user. */
  proveAuth(challenge: Hex): Promise<AuthProof> {
    return proveAuth(this.context, challenge);
  }

  /**
   * The models and ops of a user id, for whoever proves to be that user by a challenge of this client.
   * @throws SdkError `AUTH_PROOF_INVALID` or `HASH_CHAIN_BROKEN`.
   */
  getUserHistory(user: Hex, authProof: AuthProof): Promise<UserHistory> {
    return getUserHistory(this.context, this.#challenges, user, authProof);
  }

  /**
   * All ops of a model, checked to be a hash chain.
   * @throws SdkError `HASH_CHAIN_BROKEN`.
   */
  modelOps(model: Hex): ReturnType<typeof modelOps> {
    return modelOps(this.context, model);
  }

  /**
   * Proves ownership of a model for its export as it is now.
   * @throws SdkError `NOT_FOUND`; ProverError.
   */
  proveExport(model: Hex): Promise<models.OwnershipProof> {
    return models.proveExport(this.context, model);
  }

  /** Prepares recording a proven export of a model. One state is exported once. */
  exportModel(model: Hex, ownershipProof: models.OwnershipProof): Promise<PreparedCall<void>> {
    return models.exportModel(this.context, model, ownershipProof);
  }

  /**
   * Everything about an own model in one bundle, which `verifyBundle` verifies offline. It holds the weights.
   * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `HASH_CHAIN_BROKEN`, or `HISTORY_ELSEWHERE` if other chains recorded ops of
   * the model.
   */
  exportBundle(model: LocalModel): ReturnType<typeof exportBundle> {
    return exportBundle(this.context, model);
  }

  /** Prepares claiming the rewards of sealed ops of an own model. Result: plancks paid in all. */
  claimTrainingRewards(model: Hex, ops: readonly Hex[]): PreparedCall<bigint> {
    return rewards.claimTrainingRewards(this.context, model, ops);
  }

  /**
   * Whether an op is sealed and was not paid for yet.
   * @throws SdkError `NOT_FOUND`.
   */
  isClaimable(op: Hex): Promise<boolean> {
    return rewards.isClaimable(this.context, op);
  }

  /** Prepares paying `amount` plancks into a round's pool. */
  fundRound(base: Hex, round: number, amount: bigint): PreparedCall<void> {
    return rewards.fundRound(this.context, base, round, amount);
  }

  /** Prepares opening the next round of an own federation. Result: its index. */
  openRound(base: Hex): PreparedCall<number> {
    return federation.openRound(this.context, base);
  }

  /** Prepares ending the collection of ops before its deadline. */
  closeCollect(base: Hex): PreparedCall<void> {
    return this.chain.prepare(this.context.identity.account, 'zkpot', 'closeCollect', { base });
  }

  /** Prepares joining a federation as a worker with an ML-DSA-65 key; a bond is held. */
  joinFederation(base: Hex, key: MlDsaKeyPair): PreparedCall<void> {
    return federation.joinFederation(this.context, base, key);
  }

  /** The chain's time, milliseconds of the Unix epoch: see {@link chainTime}. */
  chainTime(): Promise<number> {
    return chainTime(this.chain);
  }

  /**
   * A sealed block as the node gives it: `verifySealedBlock` before use.
   * @throws SdkError `NOT_FOUND`.
   */
  getBlock(number: bigint): ReturnType<typeof getBlock> {
    return getBlock(this.chain, number);
  }

  /** The inclusion proof of an op; undefined before it is sealed. `verifyInclusion` before use. */
  getInclusionProof(op: Hex): ReturnType<typeof getInclusionProof> {
    return getInclusionProof(this.chain, op);
  }

  /** Sealed blocks from `from` on (1 by default) as they come, each once, in order, across reconnects. */
  subscribeBlocks(
    options?: Parameters<typeof subscribeBlocks>[1],
  ): ReturnType<typeof subscribeBlocks> {
    return subscribeBlocks(this.chain, options);
  }

  /** Rounds of a federation from the newest on, each time one changes, across reconnects. */
  subscribeRounds(
    base: Hex,
    options?: Parameters<typeof subscribeRounds>[2],
  ): ReturnType<typeof subscribeRounds> {
    return subscribeRounds(this.chain, base, options);
  }

  /**
   * Shows another chain all that is sealed of an own model, message after message, until it has acknowledged everything, refuses
   * a message or leaves one unanswered. Never sends a message twice: a request that is outstanding is waited for.
   * @param target para id of the chain
   * @throws PalletError `userModelSync.NothingToSync` if there is nothing to begin with, `ChainNotAccepted`, `FeeNotPaid` and
   * other errors of sending; SdkError `SYNC_UNANSWERED`, `SYNC_SUPERSEDED`; those of submissions.
   */
  syncModel(model: Hex, target: number, options?: SyncModelOptions): Promise<SyncReport> {
    return syncModel(this.context, model, target, options);
  }

  /** Prepares one message with the next sealed ops of an own model to another chain. */
  prepareSync(model: Hex, target: number): PreparedCall<SentSync> {
    return prepareSync(this.context, model, target);
  }

  /**
   * What the next message to another chain would cost, or sending the outstanding one again.
   * @throws PalletError that would keep it from being sent.
   */
  estimateSync(model: Hex, target: number): Promise<SyncEstimate> {
    return estimateSync(this.context, model, target);
  }

  /** The newest request of a model to another chain; undefined if there was none. */
  syncState(model: Hex, target: number): Promise<SyncState | undefined> {
    return syncState(this.chain, model, target);
  }

  /**
   * What waits on this chain and what is under way in the channel to another one; undefined if no channel is open.
   * @throws SdkError `NOT_CONNECTED`.
   */
  syncChannel(target: number): Promise<SyncChannel | undefined> {
    return syncChannel(this.chain, target);
  }

  /**
   * Waits until a request is answered or has timed out on the chain, across reconnects.
   * @throws SdkError `SYNC_UNANSWERED` or `SYNC_SUPERSEDED`.
   */
  waitForSync(
    model: Hex,
    target: number,
    nonce: bigint,
    options?: SyncWaitOptions,
  ): Promise<SyncState> {
    return waitForSync(this.chain, model, target, nonce, options);
  }

  /**
   * Prepares sending the newest request about a model again, as it was; anyone may. The receiver does nothing twice.
   * @throws SdkError `NOT_FOUND` if there was none.
   */
  retrySync(model: Hex, target: number): Promise<PreparedCall<SentMessage>> {
    return retrySync(this.context, model, target);
  }

  /**
   * Prepares recording that the newest request got no answer in time; anyone may.
   * @throws SdkError `NOT_FOUND` if there was none.
   */
  expireSync(model: Hex, target: number): Promise<PreparedCall<void>> {
    return expireSync(this.context, model, target);
  }

  /**
   * Proves the user to another chain and prepares offering it an own model with all that it lacks. The model is locked until the
   * answer comes: see {@link waitForSync}. Then the same local copy goes on with a client of the other chain.
   * @throws SdkError `NOT_FOUND` or `ARGUMENT_INVALID`; ProverError.
   */
  handOver(model: Hex, target: number, args: HandOverArgs): Promise<PreparedCall<SentMessage>> {
    return handOver(this.context, model, target, args);
  }

  /** Plancks that the message of a hand-over would cost; undefined if the model cannot be handed over now. */
  handOverFee(model: Hex, target: number): Promise<bigint | undefined> {
    return handOverFee(this.context, model, target);
  }

  /** Whether a model is locked by an offer or was handed over; undefined if it is owned here. */
  custody(model: Hex): Promise<Custody | undefined> {
    return custody(this.chain, model);
  }

  /** What this chain knows of a model of another one; undefined for nothing. */
  mirror(para: number, model: Hex): Promise<Mirror | undefined> {
    return mirror(this.chain, para, model);
  }

  /**
   * The ops that another chain recorded and this one mirrors, checked to be a hash chain.
   * @throws SdkError `HASH_CHAIN_BROKEN`.
   */
  mirroredOps(para: number, model: Hex): Promise<MirroredOp[]> {
    return mirroredOps(this.chain, para, model);
  }

  /**
   * The ops of a user id on all chains that this one knows of, by model and index, each model's checked to be a hash chain. With
   * everything synced, it is the same on every chain.
   * @throws SdkError `HASH_CHAIN_BROKEN`.
   */
  userHistoryAcross(user: Hex): Promise<ModelHistory[]> {
    return userHistoryAcross(this.chain, user);
  }

  /** Para id of this chain. */
  paraId(): Promise<number> {
    return paraIdOf(this.chain);
  }

  /** Prepares, as the chain's sudo, listening to the chain with this para id and genesis hash. */
  acceptChain(sudo: KeyringPair, para: number, genesis: Hex): PreparedCall<void> {
    return governance.acceptChain(this.chain, sudo, para, genesis);
  }

  /** Prepares, as the chain's sudo, listening to a chain no more. */
  refuseChain(sudo: KeyringPair, para: number): PreparedCall<void> {
    return governance.refuseChain(this.chain, sudo, para);
  }

  /**
   * Prepares, as the chain's sudo, believing another chain's blocks that are sealed with an ML-DSA-65 public key.
   * @throws SdkError `KEY_LENGTH`.
   */
  acceptSealingKey(sudo: KeyringPair, para: number, key: Uint8Array): PreparedCall<void> {
    return governance.acceptSealingKey(this.chain, sudo, para, key);
  }

  /**
   * Prepares, as the chain's sudo, believing blocks sealed with a key no more.
   * @throws SdkError `KEY_LENGTH`.
   */
  refuseSealingKey(sudo: KeyringPair, para: number, key: Uint8Array): PreparedCall<void> {
    return governance.refuseSealingKey(this.chain, sudo, para, key);
  }

  /** Closes the connection. */
  async disconnect(): Promise<void> {
    await this.chain.disconnect();
  }
}
