// SPDX-License-Identifier: Apache-2.0
// A whole federation on a network of ledger parachains: base model, committee, workers, an inference node, and an owner who keeps rounds going.
import { writeFile } from 'node:fs/promises';
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { InferenceService } from '@training-ledger/inference-node';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import { Cleanup, FileContentStore, type Identity, LedgerClient } from '@training-ledger/sdk';
import { developmentAccount, developmentIdentity, roleIdentity } from './accounts.ts';
import { Companion } from './companion.ts';
import type { DescribedAccount, DescribedChain, DevelopmentDescription } from './description.ts';
import { dealShares, loadDigits } from './digits.ts';
import { DevelopmentError } from './errors.ts';
import { UNIT } from './parties.ts';
import { RoundKeeper } from './round-keeper.ts';
import { toSamples } from './samples.ts';
import {
  FINAL,
  formCommittee,
  nodeKey,
  registerAndFund,
  registerModel,
  type SetUpContext,
  startWorkers,
  writeHomes,
} from './set-up.ts';
import { StateFolder } from './state-folder.ts';
import type { SupervisedWorker } from './supervised-worker.ts';

/** Settings of a federation. */
export interface DevelopmentFederationOptions {
  /** Funded users, 1 to 50; 10 by default. */
  readonly accounts?: number;
  /** Workers, 2 to 7, who are the committee as well; 3 by default. More than half of them open a sum. */
  readonly workers?: number;
  /** Port of the inference node; a free one by default. */
  readonly nodePort?: number;
  /** Folder for everything on disk, empty or new; by default a temporary one that goes when the federation stops. */
  readonly state?: string;
  /** Rules of the base model that are to differ from {@link DEVELOPMENT_RULES}. */
  readonly rules?: Partial<Rules>;
  /** Deals the data; 1 by default. */
  readonly seed?: number;
  /** Told each step, and what happens in rounds. */
  readonly onProgress?: (line: string) => void;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
}

/** A running network as far as a federation needs one. */
export interface FederationNetwork {
  readonly chains: readonly DescribedChain[];
}

/** Plancks that each round is funded with. */
const POOL = 100n * UNIT;
/** Samples of each worker: enough for a model of its own, and small enough to leave some for fifty users. */
const WORKER_SAMPLES = 100;
const LIMITS = { accounts: [1, 50], workers: [2, 7] } as const;

/** A federation that runs until it is stopped. */
export class DevelopmentFederation {
  /** What a program needs to know, as JSON. */
  readonly description: DevelopmentDescription;
  /** A client of the base model's owner. */
  readonly owner: LedgerClient;
  readonly workers: readonly SupervisedWorker[];
  readonly #closing: Cleanup;
  #stopped: Promise<void> | undefined;

  private constructor(parts: Parts, closing: Cleanup) {
    this.description = parts.description;
    this.owner = parts.owner;
    this.workers = parts.workers;
    this.#closing = closing;
  }

  /**
   * Makes a federation on the network's first chain, which has to be a new development chain, and starts everybody.
   * @throws DevelopmentError; InferenceNodeError `PORT_TAKEN`; errors of the SDK; what `signal` was aborted with. Nothing is left running.
   */
  static async start(
    network: FederationNetwork,
    options: DevelopmentFederationOptions = {},
  ): Promise<DevelopmentFederation> {
    await using undo = new Cleanup();
    const parts = await make(network, options, undo);
    return new DevelopmentFederation(parts, undo.move());
  }

  /** Id of the base model. */
  get base(): Hex {
    return this.description.base;
  }

  /** A client on the federation's connection and content store: of a funded user by number, or of any identity. */
  client(identity: Identity | number = 0): LedgerClient {
    return this.owner.as(typeof identity === 'number' ? developmentIdentity(identity) : identity);
  }

  /** Ends everybody and removes what was kept in a temporary folder. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#closing.disposeAsync();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

type Parts = Pick<DevelopmentFederation, 'description' | 'owner' | 'workers'>;

/** Makes the parts; what ends each of them is deferred to `undo` as soon as it is there. */
async function make(
  { chains }: FederationNetwork,
  options: DevelopmentFederationOptions,
  undo: Cleanup,
): Promise<Parts> {
  const { accounts = 10, workers = 3, seed = 1, nodePort, onProgress = () => {} } = options;
  checkCount('accounts', accounts);
  checkCount('workers', workers);
  const [chain] = chains;
  if (chain === undefined) throw new RangeError('The network has no chain.');
  const { endpoint } = chain;
  const stopping = new AbortController();
  const { signal: given } = options;
  const signal = given === undefined ? stopping.signal : AbortSignal.any([given, stopping.signal]);

  const state = await StateFolder.open(options.state);
  undo.defer(() => state.close());
  const prover = createProver();
  undo.defer(() => prover.close());
  const committer = createVectorCommitter();
  undo.defer(() => committer.close());
  const store = new FileContentStore(state.store);
  const identity = roleIdentity('owner');
  const owner = await LedgerClient.connect({ endpoint, identity, store, prover });
  undo.defer(() => owner.disconnect());
  const context: SetUpContext = { owner, state, endpoint, signal, onProgress };

  const parties = { users: accounts + 1, workers, seed, workerSize: WORKER_SAMPLES, evenly: true };
  const shares = dealShares(await loadDigits(), parties);
  const homes = await writeHomes(context, shares, accounts);
  await registerAndFund(context, accounts, homes);
  const base = await registerModel(context, shares, options.rules ?? {});
  const running = startWorkers(context, base, homes);
  undo.defer(async () => void (await Promise.all(running.map((worker) => worker.stop()))));
  await formCommittee(context, base, homes, running);

  const node = await InferenceService.start({
    chain: owner.chain,
    store,
    base,
    key: nodeKey(),
    ...(nodePort === undefined ? {} : { port: nodePort }),
    onFailure: (error) =>
      onProgress(`inference node: ${error instanceof Error ? error.message : error}`),
  });
  undo.defer(() => node.stop());
  onProgress(`the inference node serves the base model at ${node.url}`);
  const companion = new Companion({
    client: owner.as(roleIdentity('companion')),
    base,
    committer,
    node: node.url,
    samples: toSamples(shares.users[accounts] ?? []),
    submission: FINAL,
  });
  const rounds = { owner, base, committer, companion, pool: POOL, submission: FINAL, onProgress };
  const keeper = new RoundKeeper(rounds);
  await keeper.step();
  signal.throwIfAborted();
  const kept = keeper.run(stopping.signal);
  undo.defer(async () => {
    stopping.abort();
    // Proofs that are half done are not waited for.
    await Promise.all([prover.close(), kept]);
  });

  const description: DevelopmentDescription = {
    chains: chains.map(({ paraId, endpoint }) => ({ paraId, endpoint })),
    endpoint,
    genesis: owner.chain.genesisHash,
    base,
    owner: identity.account.address,
    accounts: await Promise.all(
      Array.from({ length: accounts }, (_, i) => describeAccount(owner, state, i)),
    ),
    workers: homes.map(({ address }) => ({ address })),
    node: { url: node.url, key: node.nodeKey },
    store: state.store,
    state: state.path,
  };
  await writeFile(state.description, `${JSON.stringify(description, null, 2)}\n`);
  return { description, owner, workers: running };
}

async function describeAccount(
  { chain }: LedgerClient,
  state: StateFolder,
  index: number,
): Promise<DescribedAccount> {
  const account = developmentAccount(index);
  const stored = (await chain.api.query['system']?.['account']?.(account.address)) as unknown as
    | { data: { free: { toString(): string } } }
    | undefined;
  return { ...account, balance: String(stored?.data.free ?? 0), samples: state.samples(index) };
}

function checkCount(name: keyof typeof LIMITS, count: number): void {
  const [min, max] = LIMITS[name];
  if (Number.isInteger(count) && count >= min && count <= max) return;
  throw new DevelopmentError('COUNT_INVALID', `A federation has ${min} to ${max} ${name}.`, {
    details: `Asked for: ${count}.`,
  });
}
