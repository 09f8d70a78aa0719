// SPDX-License-Identifier: Apache-2.0
// A ledger on an embedded chain, for `npm run bench:network`: a user with forks of a base model, whose transactions are timed.
import { performance } from 'node:perf_hooks';
import { Keyring } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import { createProver, createVectorCommitter, verifyingKeyBytes } from '@training-ledger/circuits';
import {
  type EmbeddedChain,
  fundAccounts,
  InferenceNode,
  newIdentity,
  sudoAccount,
} from '@training-ledger/network';
import {
  collectivePublicKey,
  createUpdateEncryptor,
  deal,
  trainForImprovement,
} from '@training-ledger/offchain-worker';
import {
  parameterCount,
  quantiseFeatures,
  type Sample,
  type Shape,
} from '@training-ledger/protocol/statements';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import {
  kemKeyPair,
  LedgerClient,
  LOSSLESS_PACKING,
  type LocalModel,
  MemoryContentStore,
  Packing,
} from '@training-ledger/sdk';

const SHAPE: Shape = { features: 16, classes: 4 };
const RULES: Rules = {
  minOps: 2,
  maxOps: 16,
  minContributors: 2,
  packing: LOSSLESS_PACKING,
  minImprovement: 0,
  maxReceiptAge: 86_400_000n,
  baseWeight: 10,
  improvementWeight: 5,
  leaderShare: 1_000,
  committeeShare: 500,
  phases: { collect: 10_000, commit: 2, prove: 3, seal: 200, decrypt: 200 },
};
const TEN_TOKENS = 10n ** 13n;

type Extrinsic = SubmittableExtrinsic<'promise'>;

/** Samples of which class c lights up features 4c to 4c + 3, the same for the same seed. */
function samples(count: number, seed: number): Sample[] {
  const level = (i: number, f: number): number =>
    (Math.floor(f / 4) === i % 4 ? 0.35 : 0.1) + ((i * 31 + f * 17 + seed * 7) % 50) / 100;
  return Array.from({ length: count }, (_, i) => ({
    features: quantiseFeatures(Array.from({ length: SHAPE.features }, (_, f) => level(i, f))),
    label: i % 4,
  }));
}

/** A user's client on a chain where everything that an op needs is registered. */
export class BenchLedger {
  readonly #chain: EmbeddedChain;
  readonly #user: LedgerClient;
  readonly #node: InferenceNode;
  readonly #prover = createProver();
  readonly #committer = createVectorCommitter();
  #base: Hex = '0x';

  private constructor(chain: EmbeddedChain, user: LedgerClient) {
    this.#chain = chain;
    this.#user = user;
    this.#node = new InferenceNode(user);
  }

  /** Registers keys, a base model and an inference node. */
  static async start(chain: EmbeddedChain): Promise<BenchLedger> {
    const { endpoint } = chain;
    const prover = createProver();
    const store = new MemoryContentStore();
    const user = await LedgerClient.connect({ endpoint, identity: newIdentity(), store, prover });
    const ledger = new BenchLedger(chain, user);
    await user.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes);
    await fundAccounts(user, [user.context.identity.account.address]);
    const weights = new Int16Array(parameterCount(SHAPE));
    const model = {
      shape: SHAPE,
      weights,
      licence: 'CC0-1.0',
      testSet: samples(40, 2),
      rules: RULES,
    };
    ledger.#base = (await (await user.registerBaseModel(model)).submit()).result;
    await ledger.#node.register();
    return ledger;
  }

  /** Milliseconds that the block of a transfer takes. */
  async transfer(): Promise<number> {
    const transfer = this.#user.chain.api.tx['balances']?.['transferKeepAlive'];
    if (transfer === undefined) throw new Error('The chain has no balances.');
    const receiver = new Keyring({ type: 'sr25519' }).addFromUri('//Bob').address;
    return this.#time(this.#user, transfer(receiver, TEN_TOKENS) as Extrinsic);
  }

  /** Milliseconds that the block of a training operation with three proofs takes; making them does not count. */
  async op(seed: number): Promise<number> {
    // One forks a base model once.
    const other = this.#user.as(newIdentity());
    await fundAccounts(this.#user, [other.context.identity.account.address]);
    const fork = await other.forkModel({ type: 'Base', value: this.#base });
    const model = (await fork.submit()).result;
    const call = await other.recordTraining(await this.#training(model, seed));
    return this.#time(other, call.extrinsic as Extrinsic);
  }

  async stop(): Promise<void> {
    await this.#user.disconnect();
    await this.#prover.close();
    await this.#committer.close();
  }

  async #training(
    model: LocalModel,
    seed: number,
  ): Promise<Parameters<LedgerClient['recordTraining']>[0]> {
    const own = samples(40, seed);
    const trained = trainForImprovement(SHAPE, model.weights, own, { delta: 0, seed });
    const interaction = await this.#node.serve(SHAPE, model.weights, own[0] as Sample);
    // Nobody opens what is sealed here.
    const parties = [kemKeyPair(), kemKeyPair()].map(({ publicKey }) => publicKey);
    const facts = { base: this.#base, epoch: 0, threshold: 2 };
    const dealings = [1, 2].map((dealer) => deal({ ...facts, dealer, kemPublicKeys: parties }));
    const encryptor = await createUpdateEncryptor({
      publicKey: collectivePublicKey({ ...facts, dealings }),
      base: this.#base,
      packing: new Packing(LOSSLESS_PACKING),
      committer: this.#committer,
    });
    return { model, ...trained, interaction, encryptor };
  }

  /** From the submission of the signed transaction until its block is there. */
  async #time({ chain, context }: LedgerClient, extrinsic: Extrinsic): Promise<number> {
    const { account } = context.identity;
    const { api } = chain;
    await extrinsic.signAsync(account, { nonce: -1 });
    const before = this.#chain.height;
    const made = Promise.withResolvers<number>();
    const unsubscribe = await api.rpc.chain.subscribeNewHeads(({ number }) => {
      if (number.toNumber() > before) made.resolve(performance.now());
    });
    const started = performance.now();
    await api.rpc.author.submitExtrinsic(extrinsic);
    const time = (await made.promise) - started;
    unsubscribe();
    return time;
  }
}
