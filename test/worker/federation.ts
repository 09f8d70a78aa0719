// SPDX-License-Identifier: Apache-2.0
// A small federation, on the embedded network unless another one is given: a base model of shape 16x4, users who recorded ops, funded worker keys.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import {
  createProver,
  createVectorCommitter,
  type VectorCommitter,
  verifyingKeyBytes,
} from '@training-ledger/circuits';
import { EmbeddedNetwork } from '@training-ledger/network';
import {
  attempts,
  createLogger,
  federationEncryptor,
  generateSeeds,
  Journal,
  trainForImprovement,
  trainSoftmax,
  Worker,
  type WorkerMetrics,
  type WorkerSeeds,
  writeKeystore,
} from '@training-ledger/offchain-worker';
import {
  commitInteraction,
  nodeKeyHash,
  nodeKeyPair,
  quantiseFeatures,
  randomField,
  type Sample,
  type Shape,
  signReceipt,
} from '@training-ledger/protocol/statements';
import type { Hex, Phase, Round, Rules } from '@training-ledger/runtime-types';
import {
  FileContentStore,
  fieldHex,
  getCommittee,
  type Identity,
  kemKeyPair,
  LedgerClient,
  LOSSLESS_PACKING,
  type LocalModel,
  mlDsaKeyPair,
  payloadDigest,
  type UpdateEncryptor,
  writeTestSet,
} from '@training-ledger/sdk';
import { SETTLED } from '../settled.ts';

export const SHAPE: Shape = { features: 16, classes: 4 };
const FUNDS = 10n ** 16n;
const RULES: Rules = {
  minOps: 2,
  maxOps: 64,
  minContributors: 2,
  packing: LOSSLESS_PACKING,
  minImprovement: 0,
  maxReceiptAge: 86_400_000n,
  baseWeight: 10,
  improvementWeight: 5,
  leaderShare: 1_000,
  committeeShare: 500,
  phases: { collect: 10_000, commit: 2_000, prove: 2_000, seal: 2_000, decrypt: 2_000 },
};

/** Seeded generator: tests repeat. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Noisy samples: class c lights up features 4c to 4c + 3. */
export function samples(count: number, seed: number): Sample[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => ({
    features: quantiseFeatures(
      Array.from(
        { length: 16 },
        (_, f) => (Math.floor(f / 4) === i % 4 ? 0.35 : 0.1) + 0.5 * random(),
      ),
    ),
    label: i % 4,
  }));
}

/** A worker's files. */
export interface WorkerHome {
  readonly folder: string;
  readonly seeds: WorkerSeeds;
  readonly account: KeyringPair;
  readonly passphrase: string;
  readonly seed: number;
}

interface User {
  readonly client: LedgerClient;
  model: LocalModel;
}

/** A ledger that runs. */
export interface FederationNetwork {
  readonly endpoint: string;
  /** Ends what was started for the federation. */
  readonly stop: () => Promise<void>;
}

async function embedded(): Promise<FederationNetwork> {
  const network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 500 });
  return { endpoint: network.chain(1000).endpoint, stop: () => network.stop() };
}

/** Everything that a test of workers needs. */
export class Federation {
  readonly endpoint: string;
  readonly owner: LedgerClient;
  readonly folder: string;
  readonly committer: VectorCommitter;
  readonly workers: readonly WorkerHome[];
  base: Hex = '0x';
  readonly #users: User[] = [];
  readonly #node = nodeKeyPair(new Uint8Array(32).fill(7));
  readonly #closers: (() => Promise<unknown>)[];

  private constructor(
    parts: Pick<Federation, 'endpoint' | 'owner' | 'folder' | 'committer' | 'workers'>,
    closers: (() => Promise<unknown>)[],
  ) {
    this.endpoint = parts.endpoint;
    this.owner = parts.owner;
    this.folder = parts.folder;
    this.committer = parts.committer;
    this.workers = parts.workers;
    this.#closers = closers;
  }

  get store(): string {
    return join(this.folder, 'store');
  }

  /** Registers everything up to the users' forks, on an embedded chain of its own if no `network` is given. */
  static async start({
    users = 2,
    workers = 2,
    network,
  }: {
    users?: number;
    workers?: number;
    network?: FederationNetwork;
  } = {}): Promise<Federation> {
    const { endpoint, stop } = network ?? (await embedded());
    const folder = await mkdtemp(join(tmpdir(), 'federation-'));
    const prover = createProver();
    const owner = await LedgerClient.connect({
      endpoint,
      identity: identity(),
      store: new FileContentStore(join(folder, 'store')),
      prover,
    });
    const committer = createVectorCommitter();
    const homes = await Promise.all(
      Array.from({ length: workers }, (_, i) => workerHome(join(folder, `worker-${i}`), i + 1)),
    );
    const closers = [
      () => owner.disconnect(),
      () => prover.close(),
      () => committer.close(),
      stop,
      () => rm(folder, { recursive: true, force: true }),
    ];
    const federation = new Federation(
      { endpoint, owner, folder, committer, workers: homes },
      closers,
    );
    await federation.#setUp(users);
    return federation;
  }

  /** Names accounts, those of its workers by default, as the committee of the federation. */
  async formCommittee(members = this.workers.map(({ account }) => account.address)): Promise<void> {
    await this.owner.formCommittee(this.base, { members, threshold: 2 }).submit(SETTLED);
  }

  /** Runs a worker in this process. */
  run(
    { account, seeds, folder, seed }: WorkerHome,
    signal: AbortSignal,
    metrics?: WorkerMetrics,
  ): Promise<void> {
    const { owner, committer, base } = this;
    const worker = new Worker({
      client: owner.as({ ...owner.context.identity, account }),
      committer,
      base,
      sealing: mlDsaKeyPair(seeds.sealing),
      journal: new Journal(join(folder, 'journal')),
      samples: samples(60, seed + 50),
      training: { epochs: 10, seed },
      log: createLogger('error'),
      ...(metrics === undefined ? {} : { metrics }),
    });
    return worker.run(signal);
  }

  /** Waits until the workers, who have to run, made the federation's key. */
  async untilKey(timeout = 120_000): Promise<void> {
    const end = Date.now() + timeout;
    for (;;) {
      const committee = await getCommittee(this.owner.chain, this.base);
      if (committee?.status.type === 'Ready') return;
      if (Date.now() > end) throw new Error(`The committee is still ${committee?.status.type}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until the committee decrypted a round's sum. */
  async untilDecrypted(round: number, timeout = 120_000): Promise<void> {
    const end = Date.now() + timeout;
    for (;;) {
      const all = await attempts(this.owner.chain, this.base, round);
      if (all.some(({ members, shares }) => members.length === shares.length)) return;
      if (Date.now() > end) throw new Error(`Round ${round} is not decrypted.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /**
   * Opens a round, lets every user record an op and ends the collection. The last `cheats` users publish the commitment of
   * another update. Result: the round's index.
   */
  async openRoundWithOps({ cheats = 0 } = {}): Promise<number> {
    const { result: round } = await this.owner.openRound(this.base).submit(SETTLED);
    const honest = this.#users.length - cheats;
    for (const [i, user] of this.#users.entries()) {
      await this.#record(user, i + 10 * round, i >= honest);
    }
    await this.owner.closeCollect(this.base).submit(SETTLED);
    return round;
  }

  /** The round as the chain has it. */
  async round(index: number): Promise<Round> {
    return (await this.owner.chain.query('zkpot', 'rounds', this.base, index)) as Round;
  }

  /** Waits until a round is in one of these phases. */
  async until(index: number, phases: readonly Phase[], timeout = 120_000): Promise<Round> {
    const end = Date.now() + timeout;
    for (;;) {
      const round = await this.round(index);
      if (phases.includes(round.phase)) return round;
      if (Date.now() > end) throw new Error(`Round ${index} is still in ${round.phase}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Gives accounts money. */
  async fund(...addresses: readonly string[]): Promise<void> {
    const { chain } = this.owner;
    const { balances, utility } = chain.api.tx;
    const transfers = addresses.map((address) => balances?.['transferKeepAlive']?.(address, FUNDS));
    const batch = utility?.['batchAll']?.(transfers);
    if (batch === undefined) throw new Error('The chain has no balances.');
    await chain.wrap(sudoAccount(), batch).submit(SETTLED);
  }

  async stop(): Promise<void> {
    for (const close of this.#closers) await close();
  }

  async #setUp(users: number): Promise<void> {
    const { owner } = this;
    const clients = Array.from({ length: users }, () => owner.as(identity()));
    await Promise.all([
      owner.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes, SETTLED),
      this.fund(
        ...[owner, ...clients].map(({ context }) => context.identity.account.address),
        ...this.workers.map(({ account }) => account.address),
      ),
    ]);
    const key = fieldHex(nodeKeyHash(this.#node.publicKey));
    const { account } = owner.context.identity;
    const node = owner.chain.prepare(account, 'trainingLedger', 'registerInferenceNode', { key });
    const registration = await owner.registerBaseModel({
      shape: SHAPE,
      weights: trainSoftmax(SHAPE, new Int16Array(68), samples(8, 1), { epochs: 1 }),
      licence: 'CC0-1.0',
      testSet: samples(60, 2),
      rules: RULES,
    });
    const [{ result: base }] = await Promise.all([
      registration.submit(SETTLED),
      node.submit(SETTLED),
    ]);
    this.base = base;
    const fork = async (client: LedgerClient): Promise<User> => {
      const call = await client.forkModel({ type: 'Base', value: base });
      return { client, model: (await call.submit(SETTLED)).result };
    };
    this.#users.push(...(await Promise.all(clients.map(fork))));
  }

  async #record(user: User, seed: number, cheats: boolean): Promise<void> {
    const { client, model } = user;
    const own = samples(40, 100 + seed);
    const { newWeights, batch, delta } = trainForImprovement(SHAPE, model.weights, own, {
      delta: 0,
      seed: seed + 1,
    });
    const now = await client.chain.api.query['timestamp']?.['now']?.();
    const [input, output, nonce] = [Uint8Array.of(1, seed), Uint8Array.of(2), randomField()];
    const commitment = commitInteraction(payloadDigest(input), payloadDigest(output), 1, nonce);
    const receipt = signReceipt(this.#node, commitment, Number(String(now)));
    const encryptor = await federationEncryptor(client.context, this.base, this.committer);
    const interaction = { input, output, feedback: { rating: 1 }, nonce, receipt };
    const call = await client.recordTraining({
      model,
      newWeights,
      interaction,
      batch,
      delta,
      encryptor: cheats ? mismatched(encryptor) : encryptor,
    });
    user.model = (await call.submit(SETTLED)).result.model;
  }
}

/** An encryptor that publishes the commitment of another update. */
const mismatched = (encryptor: UpdateEncryptor): UpdateEncryptor => ({
  encrypt: async (update) => ({
    ...(await encryptor.encrypt(update)),
    commitment: (await encryptor.encrypt(update)).commitment,
  }),
});

const sudoAccount = (): KeyringPair => new Keyring({ type: 'sr25519' }).addFromUri('//Alice');

function identity(): Identity {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const account = new Keyring({ type: 'sr25519' }).addFromSeed(seed);
  return { account, secret: randomField(), kem: kemKeyPair() };
}

async function workerHome(folder: string, seed: number): Promise<WorkerHome> {
  const seeds = generateSeeds();
  const passphrase = 'a passphrase of a test';
  await mkdir(folder);
  await writeKeystore(join(folder, 'keystore.json'), seeds, passphrase);
  await writeFile(join(folder, 'data.bin'), writeTestSet(samples(60, seed + 50)));
  const account = new Keyring({ type: 'sr25519' }).addFromSeed(seeds.account);
  return { folder, seeds, account, passphrase, seed };
}
