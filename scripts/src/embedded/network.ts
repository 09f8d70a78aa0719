// SPDX-License-Identifier: Apache-2.0
// Two ledger parachains in this process, on Chopsticks, from the project's own genesis. The runtime is the real one: the
// same WASM checks the same proofs. What is not real is the relay chain; blocks are final at once.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { setupWithServer } from '@acala-network/chopsticks';
import { chainSpecPath, DEVELOPMENT_PARA_IDS } from '@training-ledger/runtime-types';

type ParaId = (typeof DEVELOPMENT_PARA_IDS)[number];
type ServedChain = Awaited<ReturnType<typeof setupWithServer>>;

/** Settings of the network. */
export interface EmbeddedNetworkOptions {
  /** Chains to start; both by default. */
  readonly paraIds?: readonly ParaId[];
  /** Port of the first chain, the others follow; free ports by default. */
  readonly port?: number;
  /**
   * Milliseconds without a block after which an empty one is made, so that deadlines in blocks pass. A transaction makes
   * a block at once.
   */
  readonly heartbeat?: number;
}

/** One running chain. */
export interface EmbeddedChain {
  readonly paraId: ParaId;
  /** WebSocket endpoint on the loopback interface. */
  readonly endpoint: string;
  /** Makes one block now. */
  newBlock(): Promise<void>;
}

/** A running network. */
export class EmbeddedNetwork {
  readonly chains: readonly EmbeddedChain[];
  readonly #served: readonly ServedChain[];
  readonly #heartbeats: readonly Heartbeat[];

  private constructor(
    chains: readonly EmbeddedChain[],
    served: readonly ServedChain[],
    heartbeats: readonly Heartbeat[],
  ) {
    this.chains = chains;
    this.#served = served;
    this.#heartbeats = heartbeats;
  }

  /** Starts the chains and connects them by XCM. */
  static async start({
    paraIds = DEVELOPMENT_PARA_IDS,
    port,
    heartbeat = 1_000,
  }: EmbeddedNetworkOptions = {}): Promise<EmbeddedNetwork> {
    // Chopsticks' loggers take their level when they are loaded.
    process.env.LOG_LEVEL ??= 'fatal';
    const { BuildBlockMode, connectParachains, setupWithServer } = await import(
      '@acala-network/chopsticks'
    );
    const served: ServedChain[] = [];
    for (const [i, paraId] of paraIds.entries()) {
      served.push(
        await setupWithServer({
          genesis: JSON.parse(await readFile(chainSpecPath(paraId), 'utf8')),
          port: port === undefined ? await freePort() : port + i,
          host: '127.0.0.1',
          'build-block-mode': BuildBlockMode.Batch,
          'mock-signature-host': false,
        } as unknown as Parameters<typeof setupWithServer>[0]),
      );
    }
    if (served.length > 1) await connectParachains(served.map(({ chain }) => chain));
    const chains = served.map(({ chain, addr }, i) => ({
      paraId: paraIds[i] as ParaId,
      endpoint: `ws://${addr}`,
      newBlock: async () => {
        await chain.newBlock();
      },
    }));
    // Block 1 writes the genesis hash into storage, by which proofs and ids are bound to the chain.
    for (const chain of chains) await chain.newBlock();
    return new EmbeddedNetwork(
      chains,
      served,
      served.map((chain) => new Heartbeat(chain, heartbeat)),
    );
  }

  /** The chain of a para id. */
  chain(paraId: ParaId): EmbeddedChain {
    const found = this.chains.find((chain) => chain.paraId === paraId);
    if (found === undefined) throw new Error(`Para ${paraId} was not started.`);
    return found;
  }

  /** Stops the chains and closes their sockets. */
  async stop(): Promise<void> {
    await Promise.all(this.#heartbeats.map((heartbeat) => heartbeat.stop()));
    for (const chain of this.#served) await chain.close();
  }
}

/** Makes an empty block whenever none was made for a while. */
class Heartbeat {
  readonly #chain: ServedChain['chain'];
  readonly #interval: number;
  #last = -1;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();

  constructor({ chain }: ServedChain, interval: number) {
    this.#chain = chain;
    this.#interval = interval;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#beat;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#beat = this.#run().finally(() => this.#schedule());
    }, this.#interval);
  }

  async #run(): Promise<void> {
    const height = this.#chain.head.number;
    const quiet = height === this.#last && this.#chain.txPool.pendingExtrinsics.length === 0;
    if (quiet) await this.#chain.newBlock().catch(() => {});
    this.#last = this.#chain.head.number;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
