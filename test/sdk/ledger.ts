// SPDX-License-Identifier: Apache-2.0
// One embedded chain with registered keys, for the tests of the client: real runtime, real proofs, real encryption; models
// of the small shape.
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  createProver,
  createVectorCommitter,
  type Prover,
  type VectorCommitter,
  verifyingKeyBytes,
} from '@training-ledger/circuits';
import { EmbeddedNetwork } from '@training-ledger/network';
import {
  collectivePublicKey,
  createUpdateEncryptor,
  deal,
  trainForImprovement,
} from '@training-ledger/offchain-worker';
import {
  commitInteraction,
  nodeKeyHash,
  nodeKeyPair,
  parameterCount,
  quantiseFeatures,
  randomField,
  type Sample,
  type Shape,
  signReceipt,
} from '@training-ledger/protocol/statements';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import {
  type BaseModelArgs,
  type ContentStore,
  fieldHex,
  getCommittee,
  type Identity,
  type Interaction,
  kemKeyPair,
  LedgerClient,
  LOSSLESS_PACKING,
  type LocalModel,
  MemoryContentStore,
  Packing,
  payloadDigest,
  required,
  type TrainingArgs,
  type UpdateEncryptor,
} from '@training-ledger/sdk';
import { TestCommittee } from '../committee.ts';
import { SETTLED } from '../settled.ts';

export const SHAPE: Shape = { features: 16, classes: 4 };
/** One token in plancks. */
export const UNIT = 10n ** 12n;
const FUNDS = 10_000n * UNIT;
/** The id of nothing. */
export const UNKNOWN: Hex = `0x${'5a'.repeat(32)}`;

/** Rules of the base models: rounds of few ops and short phases. */
export const RULES: Rules = {
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

const MEMBERS = 3;
const kemPublicKeys = [kemKeyPair(), kemKeyPair()].map(({ publicKey }) => publicKey);
const facts = { base: UNKNOWN, epoch: 0, threshold: 2 };
const keyOfNobody = collectivePublicKey({
  ...facts,
  dealings: [1, 2].map((dealer) => deal({ ...facts, dealer, kemPublicKeys })),
});

/** Noisy samples, the same for the same seed: class c lights up features 4c to 4c + 3. */
export function samples(count: number, seed: number): Sample[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, (_, i) => ({
    features: quantiseFeatures(
      Array.from(
        { length: SHAPE.features },
        (_, f) => (Math.floor(f / 4) === i % 4 ? 0.35 : 0.1) + 0.5 * random(),
      ),
    ),
    label: i % 4,
  }));
}

/** A new identity with random secrets. */
export function newIdentity(): Identity {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return {
    account: new Keyring({ type: 'sr25519' }).addFromSeed(seed),
    secret: randomField(),
    kem: kemKeyPair(),
  };
}

/** How tests name errors: `pallet.Error`, or the code of another error. */
export function failing(name: string): Record<string, string> {
  const [pallet, error] = name.split('.') as [string, string?];
  return error === undefined ? { code: name } : { pallet, error };
}

/** A chain that runs, for a {@link TestLedger}. */
export interface TestChain {
  readonly endpoint: string;
  /** Makes a block or waits for one. */
  nextBlock(): Promise<void>;
  /** Waits until the newest block is final, where blocks may be taken back. */
  settle?(): Promise<void>;
  /** Ends the network. */
  stop(): Promise<void>;
}

/** A running ledger. */
export class TestLedger {
  readonly prover: Prover;
  /** Owns the base models and the inference node. */
  readonly owner: LedgerClient;
  /** Others with money, on the owner's connection. */
  readonly users: readonly LedgerClient[];
  readonly committer: VectorCommitter;
  /** Who can be a committee. */
  readonly members: readonly LedgerClient[];
  readonly #chain: TestChain;
  readonly #node = nodeKeyPair(crypto.getRandomValues(new Uint8Array(32)));

  private constructor(
    chain: TestChain,
    parts: Pick<TestLedger, 'prover' | 'owner' | 'users' | 'committer' | 'members'>,
  ) {
    this.#chain = chain;
    this.prover = parts.prover;
    this.owner = parts.owner;
    this.users = parts.users;
    this.committer = parts.committer;
    this.members = parts.members;
  }

  /** Starts a chain and registers the circuits' keys. Blocks are made of transactions only. */
  static async start(users: number): Promise<TestLedger> {
    const network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 0 });
    const chain = network.chain(1000);
    const { endpoint } = chain;
    const nextBlock = (): Promise<void> => chain.newBlock();
    return TestLedger.on({ endpoint, nextBlock, stop: () => network.stop() }, users);
  }

  /** Registers the circuits' keys on a chain that runs, and gives new accounts money. */
  static async on(
    chain: TestChain,
    users: number,
    store: ContentStore = new MemoryContentStore(),
  ): Promise<TestLedger> {
    const prover = createProver();
    const { endpoint } = chain;
    const owner = await LedgerClient.connect({ endpoint, identity: newIdentity(), store, prover });
    const clients = Array.from({ length: users }, () => owner.as(newIdentity()));
    const members = Array.from({ length: MEMBERS }, () => owner.as(newIdentity()));
    const committer = createVectorCommitter();
    const ledger = new TestLedger(chain, { prover, owner, users: clients, committer, members });
    await Promise.all([
      owner.registerVerifyingKeys(sudo(), verifyingKeyBytes, SETTLED),
      ledger.fund([owner, ...clients, ...members]),
    ]);
    return ledger;
  }

  get endpoint(): string {
    return this.#chain.endpoint;
  }

  /** A client on the owner's connection with an account that has nothing. */
  stranger(): LedgerClient {
    return this.owner.as(newIdentity());
  }

  /** Gives clients' accounts plancks, many by default. */
  async fund(clients: readonly LedgerClient[], amount = FUNDS): Promise<void> {
    const { chain } = this.owner;
    const { balances, utility } = chain.api.tx;
    const transfers = clients.map(({ context }) =>
      balances?.['transferKeepAlive']?.(context.identity.account.address, amount),
    );
    const batch = utility?.['batchAll']?.(transfers);
    if (batch === undefined) throw new Error('The chain has no balances.');
    await chain.wrap(sudo(), batch).submit(SETTLED);
  }

  /** Registers the inference node that {@link interaction} signs for. */
  async registerNode(): Promise<void> {
    const key = fieldHex(nodeKeyHash(this.#node.publicKey));
    const { account } = this.owner.context.identity;
    await this.owner.chain
      .prepare(account, 'trainingLedger', 'registerInferenceNode', { key })
      .submit(SETTLED);
  }

  /** Arguments of a base model; `changes` in place of the usual ones. */
  baseModel(changes: Partial<BaseModelArgs> = {}): BaseModelArgs {
    return {
      shape: SHAPE,
      weights: new Int16Array(parameterCount(SHAPE)),
      licence: 'CC0-1.0',
      testSet: samples(40, 2),
      rules: RULES,
      ...changes,
    };
  }

  /** Registers a base model by the owner. */
  async registerBase(rules: Partial<Rules> = {}): Promise<Hex> {
    const call = await this.owner.registerBaseModel(
      this.baseModel({ rules: { ...RULES, ...rules } }),
    );
    return (await call.submit(SETTLED)).result;
  }

  /** Lets {@link members} make a federation's key, `threshold` of whom open what is sealed under it. */
  async formCommittee(base: Hex, threshold = 2): Promise<TestCommittee> {
    return new TestCommittee(this.owner, base, this.members, threshold).make();
  }

  /** Forks a base model for a user. */
  async fork(user: LedgerClient, base: Hex): Promise<LocalModel> {
    return (await (await user.forkModel({ type: 'Base', value: base })).submit(SETTLED)).result;
  }

  /** The chain's time, milliseconds of the Unix epoch. */
  async now(): Promise<number> {
    return Number(String(await this.owner.chain.api.query['timestamp']?.['now']?.()));
  }

  /** An interaction that the inference node signed. */
  async interaction(time?: number): Promise<Interaction> {
    const [input, output, nonce] = [Uint8Array.of(1, 2), Uint8Array.of(3), randomField()];
    const commitment = commitInteraction(payloadDigest(input), payloadDigest(output), 1, nonce);
    const receipt = signReceipt(this.#node, commitment, time ?? (await this.now()));
    const feedback = { rating: 1, text: new TextEncoder().encode('right') };
    return { input, output, feedback, nonce, receipt };
  }

  /** What a user records of training a model on its own samples. */
  async training(model: LocalModel, seed: number): Promise<TrainingArgs> {
    const trained = trainForImprovement(SHAPE, model.weights, samples(40, 100 + seed), {
      delta: 0,
      seed,
    });
    return {
      model,
      ...trained,
      interaction: await this.interaction(),
      encryptor: await this.encryptor(model),
    };
  }

  /** An encryptor for the federation of a model: under its committee's key, if it has one, else under a key of nobody. */
  async encryptor(model: Pick<LocalModel, 'id'>): Promise<UpdateEncryptor> {
    const { chain, context } = this.owner;
    const { base } = required(await chain.query('userModels', 'userModels', model.id), 'model');
    const committee = await getCommittee(chain, base);
    const publicKey =
      committee?.publicKey === undefined
        ? keyOfNobody
        : await context.store.get(committee.publicKey);
    const packing = new Packing(LOSSLESS_PACKING);
    return createUpdateEncryptor({ publicKey, base, packing, committer: this.committer });
  }

  /** Lets blocks be made, so that deadlines pass. */
  async pass(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) await this.#chain.nextBlock();
  }

  /** Waits until what happened so far cannot be taken back. */
  async settle(): Promise<void> {
    await this.#chain.settle?.();
  }

  async stop(): Promise<void> {
    await this.owner.disconnect();
    await this.prover.close();
    await this.committer.close();
    await this.#chain.stop();
  }
}

/** The development chains' sudo, who holds money. */
export function sudo(): KeyringPair {
  return new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
}
