// SPDX-License-Identifier: Apache-2.0
// The real network: the relay chain's validators and the parachains' collators of zombienet.toml as processes of this machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BinaryOptions, findBinaries } from './binaries.ts';
import { serveControls } from './control.ts';
import {
  DESCRIPTION_FILE,
  DescribedNetwork,
  DIRECTORY_PREFIX,
  type NetworkDescription,
  type NodeControls,
  type NodeStatus,
} from './description.ts';
import { NetworkError } from './errors.ts';
import { Guard } from './guard.ts';
import { channelsBetween, RelayChannels } from './hrmp.ts';
import { NodeProcess } from './node-process.ts';
import { planNetwork } from './plan.ts';
import { readHeights } from './rpc.ts';
import { readTopology, type Topology } from './topology.ts';
import { Waiting } from './waiting.ts';

/** Settings of the network. */
export interface RealNetworkOptions extends BinaryOptions {
  /** What to start; by default what zombienet.toml says. */
  readonly topology?: Topology;
  /** Told what is being waited for. */
  readonly onProgress?: (line: string) => void;
  /** Told when a node ends by itself after the network started; by default written to stderr. */
  readonly onFailure?: (error: NetworkError) => void;
  /** Keeps the folder with the chains' data and the nodes' output. */
  readonly keep?: boolean;
  /** Gives up and stops what was started. */
  readonly signal?: AbortSignal;
}

/** A running network. */
export class RealNetwork extends DescribedNetwork implements NodeControls {
  readonly #processes: ReadonlyMap<string, NodeProcess>;
  readonly #guard: Guard;
  readonly #keep: boolean;
  readonly #failed = new AbortController();
  #onFailure: ((error: NetworkError) => void) | undefined;
  #closeControls: (() => Promise<void>) | undefined;
  #stopped: Promise<void> | undefined;
  readonly #onExit = (): void => {
    for (const node of this.#processes.values()) node.destroy();
  };

  private constructor(
    description: NetworkDescription,
    processes: (onExit: (error: NetworkError) => void) => ReadonlyMap<string, NodeProcess>,
    guard: Guard,
    keep: boolean,
  ) {
    super(description);
    this.#guard = guard;
    this.#keep = keep;
    this.#processes = processes((error) => {
      if (this.#onFailure === undefined) this.#failed.abort(error);
      else this.#onFailure(error);
    });
    process.once('exit', this.#onExit);
  }

  /**
   * Starts the network and waits until every parachain produces and finalises blocks and every channel is open.
   * @throws NetworkError `TOPOLOGY_INVALID`, `BINARY_MISSING`, `COMMAND_FAILED`, `NODE_EXITED`, `CHANNEL_REFUSED`,
   * `NETWORK_TIMEOUT`, `NETWORK_STOPPED`
   */
  static async start(options: RealNetworkOptions = {}): Promise<RealNetwork> {
    const { onProgress = () => {}, keep = false, signal } = options;
    const topology = options.topology ?? (await readTopology());
    const programs = findBinaries(topology, options);
    const directory = await mkdtemp(join(tmpdir(), DIRECTORY_PREFIX));
    const guard = new Guard(keep ? '' : directory);
    let network: RealNetwork | undefined;
    try {
      onProgress('making chain specs');
      const { description, commands } = await planNetwork(topology, programs, directory, signal);
      signal?.throwIfAborted();
      const start = (onExit: (error: NetworkError) => void) =>
        new Map(commands.map((c) => [c.name, new NodeProcess(c, guard, onExit)]));
      network = new RealNetwork(description, start, guard, keep);
      await writeFile(join(directory, DESCRIPTION_FILE), JSON.stringify(description, null, 2));
      network.#closeControls = await serveControls(directory, network);
      onProgress(`starting ${commands.map(({ name }) => name).join(', ')}`);
      for (const node of network.#processes.values()) node.start();
      const waiting = new Waiting(topology.timeout, onProgress, [
        network.#failed.signal,
        ...(signal === undefined ? [] : [signal]),
      ]);
      await network.#waitForBlocks(waiting);
      await network.#openChannels(waiting);
      network.#onFailure = options.onFailure ?? ((error) => console.error(error.message));
      return network;
    } catch (error) {
      if (network !== undefined) await network.stop();
      else {
        guard.end();
        if (!keep) await rm(directory, { recursive: true, force: true });
      }
      if (signal?.aborted) throw stopped();
      throw error;
    }
  }

  async pause(name: string): Promise<void> {
    this.#process(name).pause();
  }

  async resume(name: string): Promise<void> {
    this.#process(name).resume();
  }

  async kill(name: string): Promise<void> {
    await this.#process(name).kill();
  }

  async restart(name: string): Promise<void> {
    await this.#process(name).restart();
  }

  async status(): Promise<readonly NodeStatus[]> {
    return [...this.#processes.values()].map(({ command: { name }, state, pid }) => ({
      name,
      state,
      ...(pid === undefined ? {} : { pid }),
    }));
  }

  /** Stops all nodes and removes their data. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((node) => node.stop()));
    process.off('exit', this.#onExit);
    await this.#closeControls?.();
    this.#guard.end();
    if (!this.#keep) {
      await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }

  #process(name: string): NodeProcess {
    if (this.#stopped !== undefined) throw stopped();
    const found = this.#processes.get(name);
    if (found !== undefined) return found;
    const details = `There are ${[...this.#processes.keys()].join(', ')}.`;
    throw new NetworkError('NODE_UNKNOWN', `There is no node ${name}.`, { details });
  }

  async #waitForBlocks(waiting: Waiting): Promise<void> {
    const endpoints: [string, string][] = [
      ['relay', this.relayEndpoint],
      ...this.chains.map(({ paraId, endpoint }): [string, string] => [`${paraId}`, endpoint]),
    ];
    await waiting.until(async () => {
      const heights = await Promise.all(
        endpoints.map(([, endpoint]) => readHeights(endpoint).catch(() => undefined)),
      );
      const line = endpoints.map(([name], i) => {
        const height = heights[i];
        return `${name} ${height === undefined ? 'starts' : `${height.best} (${height.finalised} final)`}`;
      });
      const ready = heights.every((height) => height !== undefined && height.finalised > 0);
      return { ready, line: `blocks: ${line.join(', ')}` };
    });
  }

  async #openChannels(waiting: Waiting): Promise<void> {
    const wanted = channelsBetween(this.chains.map(({ paraId }) => paraId));
    if (wanted.length === 0) return;
    const relay = await RelayChannels.connect(this.relayEndpoint);
    try {
      await relay.request(wanted);
      await waiting.until(async () => {
        const open = new Set((await relay.open()).map(String));
        const count = wanted.filter((channel) => open.has(String(channel))).length;
        const line = `channels: ${count} of ${wanted.length} open`;
        return { ready: count === wanted.length, line };
      });
    } finally {
      await relay.disconnect();
    }
  }
}

function stopped(): NetworkError {
  return new NetworkError('NETWORK_STOPPED', 'The network was stopped.');
}
