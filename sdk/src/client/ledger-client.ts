// SPDX-License-Identifier: Apache-2.0
// The client: one door to everything that an application does with the ledger.
import type { KeyringPair } from '@polkadot/keyring/types';
import type { Prover } from '@training-ledger/circuits';
import type { ForkSource, Hex } from '@training-ledger/runtime-types';
import type { ContentStore } from '../content/store.ts';
import type { MlDsaKeyPair } from '../crypto/ml-dsa.ts';
import { getBlock, getInclusionProof } from './blocks.ts';
import { LedgerChain } from './chain.ts';
import type { ClientContext, Identity, LocalModel } from './context.ts';
import { exportBundle } from './exports.ts';
import * as federation from './federation.ts';
import {
  type AuthProof,
  Challenges,
  getUserHistory,
  modelOps,
  proveAuth,
  type UserHistory,
} from './history.ts';
import * as models from './models.ts';
import type { PreparedCall } from './prepared-call.ts';
import * as rewards from './rewards.ts';
import { subscribeBlocks, subscribeRounds } from './subscriptions.ts';
import * as training from './training.ts';

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

  /** A client for another identity on the same connection. */
  as(identity: Identity): LedgerClient {
    return new LedgerClient({ ...this.context, identity });
  }

  /** Stores a base model's files and prepares its registration. */
  registerBaseModel(args: models.BaseModelArgs): Promise<PreparedCall<Hex>> {
    return models.registerBaseModel(this.context, args);
  }

  /** Registers the verifying keys of all circuits, as the chain's sudo. */
  registerVerifyingKeys(
    sudo: KeyringPair,
    key: Parameters<typeof federation.registerVerifyingKeys>[2],
  ): Promise<void> {
    return federation.registerVerifyingKeys(this.context, sudo, key);
  }

  /** Forks a base model, or a model that the user owns or may read (then with its local copy). */
  forkModel(source: ForkSource, parent?: LocalModel): Promise<PreparedCall<LocalModel>> {
    return models.forkModel(this.context, source, parent);
  }

  /** Opens an own model from the content store. */
  openModel(model: Hex): Promise<LocalModel> {
    return models.openModel(this.context, model);
  }

  /** Weights of a generation of a base model, the newest by default. */
  generationWeights(base: Hex, generation?: number): ReturnType<typeof models.generationWeights> {
    return models.generationWeights(this.context, base, generation);
  }

  /** Takes over the base model's newest generation. */
  adoptGeneration(model: Hex): Promise<PreparedCall<LocalModel>> {
    return models.adoptGeneration(this.context, model);
  }

  /** Seals, encrypts and proves a training operation and prepares its recording. */
  recordTraining(args: training.TrainingArgs): Promise<PreparedCall<training.RecordedTraining>> {
    return training.recordTraining(this.context, args);
  }

  /** Proves a contribution other than an op and prepares its recording. */
  recordContribution(
    model: Hex,
    contribution: { type: number; data: Uint8Array },
  ): Promise<PreparedCall<number>> {
    return training.recordContribution(this.context, model, contribution);
  }

  /** Gives a reader access to what a model records from now on. */
  grantAccess(model: Hex, reader: string, kemPublicKey: Uint8Array): Promise<PreparedCall<void>> {
    return models.grantAccess(this.context, model, reader, kemPublicKey);
  }

  /** Takes a reader's access to what a model records from now on. */
  revokeAccess(model: Hex, reader: string): Promise<PreparedCall<void>> {
    return models.revokeAccess(this.context, model, reader);
  }

  /** A challenge for a user who wants its history from this process. */
  issueChallenge(): Hex {
    return this.#challenges.issue();
  }

  /** Proves to whoever made the challenge that this is the user. */
  proveAuth(challenge: Hex): Promise<AuthProof> {
    return proveAuth(this.context, challenge);
  }

  /** The models and ops of a user id, for whoever proves to be that user by a challenge of this client. */
  getUserHistory(user: Hex, authProof: AuthProof): Promise<UserHistory> {
    return getUserHistory(this.context, this.#challenges, user, authProof);
  }

  /** All ops of a model, checked to be a hash chain. */
  modelOps(model: Hex): ReturnType<typeof modelOps> {
    return modelOps(this.context, model);
  }

  /** Proves ownership of a model for its export as it is now. */
  proveExport(model: Hex): Promise<models.OwnershipProof> {
    return models.proveExport(this.context, model);
  }

  /** Records a proven export of a model. */
  exportModel(model: Hex, ownershipProof: models.OwnershipProof): Promise<PreparedCall<void>> {
    return models.exportModel(this.context, model, ownershipProof);
  }

  /** Everything about an own model in one bundle, which verifies offline. */
  exportBundle(model: LocalModel): ReturnType<typeof exportBundle> {
    return exportBundle(this.context, model);
  }

  /** Claims the rewards of sealed ops of an own model. */
  claimTrainingRewards(model: Hex, ops: readonly Hex[]): PreparedCall<bigint> {
    return rewards.claimTrainingRewards(this.context, model, ops);
  }

  /** Pays into a round's pool; plancks. */
  fundRound(base: Hex, round: number, amount: bigint): PreparedCall<void> {
    return rewards.fundRound(this.context, base, round, amount);
  }

  /** Opens the next round of an own federation. */
  openRound(base: Hex): PreparedCall<number> {
    return federation.openRound(this.context, base);
  }

  /** Ends the collection of ops before its deadline. */
  closeCollect(base: Hex): PreparedCall<void> {
    return this.chain.prepare(this.context.identity.account, 'zkpot', 'closeCollect', { base });
  }

  /** Joins a federation as a worker. */
  joinFederation(base: Hex, key: MlDsaKeyPair): PreparedCall<void> {
    return federation.joinFederation(this.context, base, key);
  }

  /** A sealed block. Verify it before use. */
  getBlock(number: bigint): ReturnType<typeof getBlock> {
    return getBlock(this.chain, number);
  }

  /** The inclusion proof of an op; undefined before it is sealed. Verify it before use. */
  getInclusionProof(op: Hex): ReturnType<typeof getInclusionProof> {
    return getInclusionProof(this.chain, op);
  }

  /** Sealed blocks as they come, each once, in order. */
  subscribeBlocks(
    options?: Parameters<typeof subscribeBlocks>[1],
  ): ReturnType<typeof subscribeBlocks> {
    return subscribeBlocks(this.chain, options);
  }

  /** Rounds of a federation, each time one changes. */
  subscribeRounds(
    base: Hex,
    options?: Parameters<typeof subscribeRounds>[2],
  ): ReturnType<typeof subscribeRounds> {
    return subscribeRounds(this.chain, base, options);
  }

  /** Closes the connection. */
  async disconnect(): Promise<void> {
    await this.chain.disconnect();
  }
}
