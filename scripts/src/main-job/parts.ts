// SPDX-License-Identifier: Apache-2.0
// What the job opens at its beginning and closes at its end: a network, provers, and a connection.
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { EmbeddedNetwork, newIdentity, type StateFolder } from '@training-ledger/network';
import { Cleanup, FileContentStore, LedgerClient } from '@training-ledger/sdk';
import type { JobContext } from './context.ts';
import type { LedgerNetwork, MainJobOptions } from './options.ts';
import type { Progress } from './progress/progress.ts';

/** Milliseconds without a block after which the embedded network makes one: rounds go on with blocks. */
const HEARTBEAT = 250;

/** The embedded network, as the job sees it. */
async function startEmbedded(): Promise<LedgerNetwork> {
  const network = await EmbeddedNetwork.start({ heartbeat: HEARTBEAT });
  const { chains } = network;
  return {
    chains,
    nextBlock: async () => chains[0]?.newBlock(),
    stop: () => network.stop(),
  };
}

/** Network, provers and the owner's client. */
export class Parts {
  readonly #options: MainJobOptions;
  readonly #progress: Progress;
  readonly #state: StateFolder;
  readonly #signal: AbortSignal;
  readonly #closing = new Cleanup();

  constructor(
    options: MainJobOptions,
    progress: Progress,
    state: StateFolder,
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#progress = progress;
    this.#state = state;
    this.#signal = signal;
  }

  /**
   * Opens them.
   * @throws what starting the network throws; SdkError `NOT_CONNECTED`; the reason of the signal.
   */
  async open(): Promise<{ endpoint: string; context: JobContext }> {
    const progress = this.#progress;
    const { startNetwork = startEmbedded } = this.#options;
    const starting = progress.stage('network', startNetwork);
    // A network that is being started is stopped as soon as it has.
    this.#closing.defer(() =>
      starting.then(
        (network) => network.stop(),
        () => {},
      ),
    );
    const prover = createProver();
    this.#closing.defer(() => prover.close());
    const committer = createVectorCommitter();
    this.#closing.defer(() => committer.close());
    const network = await starting;
    const { chains } = network;
    const [{ endpoint }] = chains as [LedgerNetwork['chains'][number]];
    const places = chains.map((chain) => chain.endpoint).join(', ');
    progress.say(`the ledger parachains are at ${places}; proofs are made by: ${prover.backend}`);
    const owner = await LedgerClient.connect({
      endpoint,
      identity: newIdentity(),
      store: new FileContentStore(this.#state.store),
      prover,
    });
    if (this.#signal.aborted) await owner.disconnect();
    this.#signal.throwIfAborted();
    this.#closing.defer(() => owner.disconnect());
    const context = { owner, committer, progress, network, signal: this.#signal };
    return { endpoint, context };
  }

  /** Closes what is open, and what is being opened as soon as it is. */
  close(): Promise<void> {
    return this.#closing.disposeAsync();
  }
}
