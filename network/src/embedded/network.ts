// SPDX-License-Identifier: Apache-2.0
// Two ledger parachains in this process, on Chopsticks, from the project's own genesis. The runtime is the real one: the
// same WASM checks the same proofs. What is not real is the relay chain; blocks are final at once.
import { DEVELOPMENT_PARA_IDS } from '@training-ledger/runtime-types';
import { chainSpecPath } from '@training-ledger/runtime-types/files';
import type { ExecutorChoice } from '../executor/use-executor.ts';
import type { ParaId, ServedChain } from './chain.ts';
import { EmbeddedNetworkError } from './errors.ts';
import { Heartbeat } from './heartbeat.ts';

/** Settings of the network. */
export interface EmbeddedNetworkOptions {
  /** Chains to start; both by default. */
  readonly paraIds?: readonly ParaId[];
  /** Port of the first chain, the others follow; free ports by default. */
  readonly port?: number;
  /**
   * Milliseconds without a block after which an empty one is made, so that deadlines in blocks pass; 0 makes none. A
   * transaction makes a block at once.
   */
  readonly heartbeat?: number;
  /** The clock that blocks are dated by, milliseconds of the Unix epoch; that of this machine by default. */
  readonly now?: () => number;
  /** Told when a chain cannot build a block; by default written to stderr. */
  readonly onFailure?: (paraId: ParaId, error: unknown) => void;
  /** Files with other raw chain specs than those of the repository, by para id. */
  readonly specs?: Readonly<Partial<Record<ParaId, string>>>;
  /** What runs the runtimes; by default what `TRAINING_LEDGER_EXECUTOR` says, else the native program where there is one. */
  readonly executor?: ExecutorChoice;
}

/** One running chain. */
export interface EmbeddedChain {
  readonly paraId: ParaId;
  /** WebSocket endpoint on the loopback interface. */
  readonly endpoint: string;
  /** Number of the newest block. */
  readonly height: number;
  /** Makes one block now. */
  newBlock(): Promise<void>;
  /** Makes no blocks until {@link resume}: as if its collator stood still. */
  pause(): void;
  /** Makes the blocks that were asked for meanwhile, and goes on. */
  resume(): void;
}

/**
 * A running network. A chain's time is that of the clock, or one slot (6 s) after its last block if that is later: blocks that come
 * faster than slots let it run ahead.
 */
export class EmbeddedNetwork {
  readonly chains: readonly EmbeddedChain[];
  readonly #served: readonly ServedChain[];
  readonly #heartbeats: readonly Heartbeat[];
  readonly #releaseExecutor: () => Promise<void>;

  private constructor(
    served: readonly ServedChain[],
    heartbeat: number,
    releaseExecutor: () => Promise<void>,
  ) {
    this.chains = served;
    this.#served = served;
    this.#heartbeats = heartbeat > 0 ? served.map((chain) => new Heartbeat(chain, heartbeat)) : [];
    this.#releaseExecutor = releaseExecutor;
  }

  /**
   * Starts the chains and connects them by XCM.
   * @throws EmbeddedNetworkError `PORT_TAKEN`; `BLOCK_FAILED` if a runtime cannot make its first block.
   * @throws ExecutorError if there is no such executor here, or another one runs in this process.
   */
  static async start({
    paraIds = DEVELOPMENT_PARA_IDS,
    port,
    heartbeat = 1_000,
    now = Date.now,
    onFailure = (paraId, error) => console.error(`para ${paraId}: a block failed:`, error),
    specs = {},
    executor,
  }: EmbeddedNetworkOptions = {}): Promise<EmbeddedNetwork> {
    // Chopsticks' loggers take their level when they are loaded.
    process.env.LOG_LEVEL ??= 'fatal';
    const { connectParachains } = await import('@acala-network/chopsticks-core');
    const { useExecutor } = await import('../executor/use-executor.ts');
    const { ServedChain } = await import('./chain.ts');
    const releaseExecutor = await useExecutor(executor);
    const served: ServedChain[] = [];
    try {
      for (const [i, paraId] of paraIds.entries()) {
        const at = port === undefined ? 0 : port + i;
        const spec = specs[paraId] ?? chainSpecPath(paraId);
        const options = { now, onFailure: (error: unknown) => onFailure(paraId, error) };
        served.push(await ServedChain.start(paraId, spec, at, options));
      }
      if (served.length > 1) {
        await connectParachains(served.map(({ blockchain }) => blockchain));
        // This block opens the channels.
        for (const chain of served) await chain.newBlock();
      }
    } catch (error) {
      for (const chain of served) await chain.close();
      await releaseExecutor();
      throw error;
    }
    return new EmbeddedNetwork(served, heartbeat, releaseExecutor);
  }

  /**
   * The chain of a para id.
   * @throws EmbeddedNetworkError `CHAIN_UNKNOWN`
   */
  chain(paraId: ParaId): EmbeddedChain {
    const found = this.chains.find((chain) => chain.paraId === paraId);
    if (found === undefined) {
      throw new EmbeddedNetworkError('CHAIN_UNKNOWN', `Para ${paraId} was not started.`);
    }
    return found;
  }

  /** Stops the chains, disconnects their clients and ends the executor. May be called again. */
  async stop(): Promise<void> {
    await Promise.all(this.#heartbeats.map((heartbeat) => heartbeat.stop()));
    for (const chain of this.#served) await chain.close();
    await this.#releaseExecutor();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
