// SPDX-License-Identifier: Apache-2.0
// From fork to sealed block, paid reward and verified export, every part real, on any network of ledger parachains.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Keyring } from '@polkadot/api';
import {
  createProver,
  createVectorCommitter,
  type VectorCommitter,
  verifyingKeyBytes,
} from '@training-ledger/circuits';
import { improvementOf, type Sample } from '@training-ledger/circuits/statements';
import {
  dealShares,
  EmbeddedNetwork,
  fundAccounts,
  InferenceNode,
  loadDigits,
  newIdentity,
  DIGIT_SHAPE as SHAPE,
  sudoAccount,
  toSamples,
  UNIT,
  WorkerProcess,
} from '@training-ledger/network';
import {
  attempts,
  chooseValidationBatch,
  federationEncryptor,
  generateSeeds,
  openGeneration,
  trainSoftmax,
  writeKeystore,
} from '@training-ledger/offchain-worker';
import { type Accuracy, type Hex, type Rules, readMetadata } from '@training-ledger/runtime-types';
import {
  FileContentStore,
  getCommittee,
  LedgerClient,
  LedgerCodec,
  LOSSLESS_PACKING,
  type LocalModel,
  readBundle,
  required,
  type UpdateEncryptor,
  verifyBundle,
  verifySealedBlock,
  writeBundle,
  writeTestSet,
} from '@training-ledger/sdk';
import { makeAttempts } from './attempts.ts';
import type { Progress } from './progress.ts';
import type { Report } from './report.ts';

/** Settings of the job. */
export interface MainJobOptions {
  readonly users: number;
  readonly rounds: number;
  /** Deals the data. */
  readonly seed: number;
  /** Where the export goes. */
  readonly exportFile: string;
  /** Starts the network, or finds one that runs; the embedded one by default. */
  readonly startNetwork?: () => Promise<LedgerNetwork>;
}

/** A network as far as the job knows it. */
export interface LedgerNetwork {
  readonly chains: readonly { readonly paraId: number; readonly endpoint: string }[];
  stop(): Promise<void>;
}

/** What comes next builds on every call: blocks may be taken back until they are final, and where they are not it costs nothing. */
const FINAL = { finalized: true, timeout: 300_000 };
const WORKERS = 3;
/** Members of the committee, who are the workers, that it takes to open an aggregate. */
const THRESHOLD = 2;
const POOL = 1_000n * UNIT;
const RULES: Rules = {
  minOps: 2,
  maxOps: 500,
  minContributors: 2,
  packing: LOSSLESS_PACKING,
  minImprovement: 0,
  maxReceiptAge: 24n * 3_600_000n,
  baseWeight: 10,
  improvementWeight: 5,
  leaderShare: 1_000,
  committeeShare: 500,
  phases: { collect: 10_000, commit: 600, prove: 1_200, seal: 600, decrypt: 1_200 },
};

interface User {
  readonly name: string;
  readonly client: LedgerClient;
  readonly samples: readonly Sample[];
  model: LocalModel;
  readonly ops: {
    readonly id: Hex;
    readonly round: number;
    readonly delta: number;
    reward: bigint;
  }[];
}

/** Runs the job. */
export async function runMainJob(options: MainJobOptions, progress: Progress): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'training-ledger-'));
  const prover = createProver();
  const committer = createVectorCommitter();
  const workers: WorkerProcess[] = [];
  const { startNetwork = () => EmbeddedNetwork.start() } = options;
  let network: LedgerNetwork | undefined;
  let client: LedgerClient | undefined;
  try {
    network = await progress.stage('network', startNetwork);
    const [{ endpoint }] = network.chains as [LedgerNetwork['chains'][number]];
    progress.say(`proofs are made by: ${prover.backend}`);
    progress.say(
      `the ledger parachains are at ${network.chains.map((chain) => chain.endpoint).join(', ')}`,
    );
    client = await LedgerClient.connect({
      endpoint,
      identity: newIdentity(),
      store: new FileContentStore(join(folder, 'store')),
      prover,
    });
    return await new Job(options, progress, client, committer, endpoint, folder, workers).run();
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await client?.disconnect();
    await prover.close();
    await committer.close();
    await network?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class Job {
  readonly #options: MainJobOptions;
  readonly #progress: Progress;
  readonly #owner: LedgerClient;
  readonly #committer: VectorCommitter;
  readonly #endpoint: string;
  readonly #folder: string;
  readonly #workers: WorkerProcess[];

  constructor(
    options: MainJobOptions,
    progress: Progress,
    owner: LedgerClient,
    committer: VectorCommitter,
    endpoint: string,
    folder: string,
    workers: WorkerProcess[],
  ) {
    this.#options = options;
    this.#progress = progress;
    this.#owner = owner;
    this.#committer = committer;
    this.#endpoint = endpoint;
    this.#folder = folder;
    this.#workers = workers;
  }

  async run(): Promise<Report> {
    const progress = this.#progress;
    const owner = this.#owner;
    const shares = dealShares(await loadDigits(), {
      users: this.#options.users,
      workers: WORKERS,
      seed: this.#options.seed,
    });
    const nodeClient = owner.as(newIdentity());
    const userClients = shares.users.map(() => owner.as(newIdentity()));
    const node = new InferenceNode(nodeClient);

    const { base, users } = await progress.stage('setup', async () => {
      const seeds = shares.workers.map(() => generateSeeds());
      const addresses = [owner, nodeClient, ...userClients].map(
        ({ context }) => context.identity.account.address,
      );
      const workerAddresses = seeds.map(
        ({ account }) => new Keyring({ type: 'sr25519' }).addFromSeed(account).address,
      );
      await Promise.all([
        owner.registerVerifyingKeys(sudoAccount(), verifyingKeyBytes, FINAL),
        fundAccounts(owner, [...addresses, ...workerAddresses]),
      ]);
      progress.say('verifying keys of all circuits registered');
      const zero = new Int16Array(SHAPE.classes * (SHAPE.features + 1));
      const registration = await owner.registerBaseModel({
        shape: SHAPE,
        weights: trainSoftmax(SHAPE, zero, toSamples(shares.owner), { epochs: 10 }),
        licence: 'CC BY 4.0',
        testSet: toSamples(shares.test),
        rules: RULES,
      });
      const { fee } = await registration.estimate();
      await registration.dryRun();
      const [{ result: id }] = await Promise.all([
        registration.submit(FINAL),
        node.register(FINAL),
      ]);
      progress.say(
        `base model ${id.slice(0, 10)} registered (fee estimated: ${Number(fee) / Number(UNIT)} UNIT)`,
      );
      const startCommittee = async (): Promise<void> => {
        await this.#startWorkers(id, seeds, shares.workers.map(toSamples));
        await owner
          .formCommittee(id, { members: workerAddresses, threshold: THRESHOLD })
          .submit(FINAL);
      };
      const fork = async (client: LedgerClient, i: number): Promise<User> => {
        const call = await client.forkModel({ type: 'Base', value: id });
        const model = (await call.submit(FINAL)).result;
        const samples = toSamples(shares.users[i] ?? []);
        return { name: `user ${i + 1}`, client, samples, model, ops: [] };
      };
      const [forked] = await Promise.all([Promise.all(userClients.map(fork)), startCommittee()]);
      progress.say(`${forked.length} users forked it, each with a proof of ownership`);
      await this.#until(async () => (await getCommittee(owner.chain, id))?.publicKey !== undefined);
      progress.say(
        `${WORKERS} workers made the federation's key; it takes ${THRESHOLD} of them to open an aggregate`,
      );
      return { base: id, users: forked };
    });

    const blocks: Report['blocks'][number][] = [];
    for (let round = 0; round < this.#options.rounds; round++) {
      blocks.push(await this.#round(base, round, users, node));
    }
    await progress.stage('rewards', () => this.#claim(users));
    const exported = await progress.stage('export', () => this.#export(users[0] as User));
    const refused = await progress.stage('attempts', () => {
      const [victim, thief] = users as [User, User];
      return makeAttempts(victim.client, thief.client, {
        model: victim.model.id,
        op: victim.ops[0]?.id as Hex,
      });
    });
    for (const { attempt, error } of refused) progress.say(`refused: ${attempt} (${error})`);
    return {
      accuracy: {
        before: blocks[0]?.accuracy.before ?? 0,
        after: blocks.at(-1)?.accuracy.after ?? 0,
      },
      blocks,
      operations: users.flatMap(({ name, ops }) =>
        ops.map(({ id, round, delta, reward }) => ({
          id,
          user: name,
          round,
          delta,
          reward: Number(reward) / Number(UNIT),
        })),
      ),
      exported,
      refused,
      timings: progress.timings(),
    };
  }

  async #startWorkers(
    base: Hex,
    seeds: readonly ReturnType<typeof generateSeeds>[],
    shares: readonly (readonly Sample[])[],
  ): Promise<void> {
    for (const [i, worker] of seeds.entries()) {
      const folder = join(this.#folder, `worker-${i + 1}`);
      await mkdir(folder);
      const passphrase = randomBytes(16).toString('hex');
      const keystore = join(folder, 'keystore.json');
      const data = join(folder, 'data.bin');
      await writeKeystore(keystore, worker, passphrase);
      await writeFile(data, writeTestSet(shares[i] ?? []));
      this.#workers.push(
        WorkerProcess.start({
          endpoint: this.#endpoint,
          base,
          keystore,
          passphrase,
          store: join(this.#folder, 'store'),
          journal: join(folder, 'journal'),
          data,
          seed: i + 1,
          onLog: (message, { correct, ms, block }) => {
            const facts = { correct, ms, block };
            const known = Object.entries(facts).filter(([, value]) => value !== undefined);
            this.#progress.say(
              `worker ${i + 1}: ${message}${known.map(([name, value]) => ` ${name}=${value}`).join('')}`,
            );
          },
        }),
      );
    }
    await this.#until(
      async () => (await this.#owner.chain.query('zkpot', 'workerCount', base)) === WORKERS,
    );
  }

  async #round(
    base: Hex,
    round: number,
    users: readonly User[],
    node: InferenceNode,
  ): Promise<Report['blocks'][number]> {
    const progress = this.#progress;
    const owner = this.#owner;
    await Promise.all([
      owner.openRound(base).submit(FINAL),
      owner.fundRound(base, round, POOL).submit(FINAL),
    ]);
    progress.say(`round ${round} is open and funded with ${POOL / UNIT} UNIT`);
    const { weights: served } = await owner.generationWeights(base);
    const encryptor = await federationEncryptor(owner.context, base, this.#committer);
    await progress.stage('operations', async () => {
      if (round > 0) await this.#adopt(users);
      // Each user's op is proved while those before it wait for their blocks.
      const submissions: Promise<void>[] = [];
      for (const user of users) {
        const submit = await this.#operation(user, round, node, served, encryptor);
        const submission = submit();
        // A failure is told by the wait for all of them.
        submission.catch(() => {});
        submissions.push(submission);
      }
      await Promise.all(submissions);
    });
    await progress.stage('sealing', async () => {
      await owner.closeCollect(base).submit(FINAL);
      await this.#until(async () => {
        const state = await owner.chain.query('zkpot', 'rounds', base, round);
        if (state?.phase === 'Closed') throw new Error(`Round ${round} closed: ${state.outcome}.`);
        return state?.phase === 'Decrypt';
      });
    });
    const { generation, accuracy } = await progress.stage('generation', async () => {
      await this.#until(() => this.#isDecrypted(base, round));
      const recording = await openGeneration(owner, this.#committer, base, round);
      return (await recording.submit(FINAL)).result;
    });
    // The generation is final, and so is the block that it was made from.
    const number = await owner.chain.query('trainingLedger', 'roundBlock', base, round);
    const sealed = await owner.getBlock(required(number, 'such block'));
    verifySealedBlock(owner.chain.codec, sealed);
    const { block } = sealed;
    progress.say(`block ${block.number} sealed with ${block.opCount} ops; signature verified`);
    progress.say(
      `generation ${generation}: ${accuracy.before} -> ${accuracy.after} of ${accuracy.samples} test samples`,
    );
    const leader = this.#workerName(base, block.leader);
    return {
      number: Number(block.number),
      hash: (await owner.chain.query('trainingLedger', 'blockHashes', block.number)) as string,
      round,
      ops: block.opCount,
      leader: await leader,
      provenCorrect: accuracy.provenCorrect,
      challenge: accuracy.challenge,
      accuracy: shares(accuracy),
    };
  }

  /** Lets all users go on from the newest generation. */
  async #adopt(users: readonly User[]): Promise<void> {
    const adopt = async (user: User): Promise<void> => {
      const call = await user.client.adoptGeneration(user.model.id);
      user.model = (await call.submit(FINAL)).result;
    };
    await Promise.all(users.map(adopt));
  }

  /** Trains a user's model and proves what it did; the returned function records it. */
  async #operation(
    user: User,
    round: number,
    node: InferenceNode,
    served: Int16Array,
    encryptor: UpdateEncryptor,
  ): Promise<() => Promise<void>> {
    const { model, samples, client } = user;
    const newWeights = trainSoftmax(SHAPE, model.weights, samples, { epochs: 5, seed: round + 1 });
    const batch = chooseValidationBatch(SHAPE, model.weights, newWeights, samples);
    const delta = Math.max(
      0,
      improvementOf(SHAPE, { oldWeights: model.weights, newWeights, batch }),
    );
    const interaction = await node.serve(SHAPE, served, samples[round % samples.length] as Sample);
    const call = await client.recordTraining({
      model,
      newWeights,
      interaction,
      batch,
      delta,
      encryptor,
    });
    return async () => {
      const { result } = await call.submit(FINAL);
      user.model = result.model;
      user.ops.push({ id: result.op, round, delta, reward: 0n });
      this.#progress.say(
        `${user.name}: op ${result.op.slice(0, 10)} recorded, three proofs verified, +${delta} of ${batch.length}`,
      );
    };
  }

  /** Whether the committee's members have given what opens the round's sum. */
  async #isDecrypted(base: Hex, round: number): Promise<boolean> {
    const all = await attempts(this.#owner.chain, base, round);
    return all.some(({ members, shares }) => shares.length === members.length);
  }

  async #claim(users: readonly User[]): Promise<void> {
    await Promise.all(
      users.map(async ({ client, model, ops }) => {
        const { events } = await client
          .claimTrainingRewards(
            model.id,
            ops.map(({ id }) => id),
          )
          .submit(FINAL);
        for (const event of events) {
          const op =
            event.name === 'RewardClaimed' ? ops.find(({ id }) => id === event.data.op) : undefined;
          if (op !== undefined && event.name === 'RewardClaimed') op.reward = event.data.amount;
        }
      }),
    );
    this.#progress.say('users claimed their rewards');
  }

  async #export({ client, model, name }: User): Promise<Report['exported']> {
    const proof = await client.proveExport(model.id);
    await (await client.exportModel(model.id, proof)).submit(FINAL);
    const file = resolve(this.#options.exportFile);
    const bytes = writeBundle(await client.exportBundle(model));
    await writeFile(file, bytes);
    // From here on nothing comes from the chain: the codec is that of the committed metadata.
    const codec = LedgerCodec.fromMetadata(await readMetadata());
    const verified = await verifyBundle(codec, readBundle(bytes), {
      verifyingKey: verifyingKeyBytes,
    });
    this.#progress.say(
      `${name} exported its model (${Math.round(bytes.length / 1024)} KiB); ${verified.proofs} proofs verified offline`,
    );
    const { ops, sealedOps, proofs } = verified;
    return { file: this.#options.exportFile, ops, sealedOps, proofs };
  }

  async #workerName(base: Hex, address: string): Promise<string> {
    const entries = await this.#owner.chain.entries('zkpot', 'workers', base);
    return entries.some(([account]) => account === address) ? `${address.slice(0, 8)}...` : address;
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) {
      if (this.#workers.some((worker) => !worker.isRunning)) throw new Error('A worker stopped.');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

function shares({ before, after, samples }: Accuracy): { before: number; after: number } {
  return { before: before / samples, after: after / samples };
}
