// SPDX-License-Identifier: Apache-2.0
// What a running network tells of itself, to the process that started it and to others.
import type { NodeState } from './node-process.ts';

/** A node. */
export interface NetworkNode {
  readonly name: string;
  /** WebSocket endpoint on the loopback interface. */
  readonly endpoint: string;
  /** Peer-to-peer address (WebSocket) with the peer id. */
  readonly address: string;
  /** File with its output. */
  readonly log: string;
}

/** A parachain. */
export interface NetworkChain {
  readonly paraId: number;
  /** WebSocket endpoint of its collator. */
  readonly endpoint: string;
  /** Name of its collator. */
  readonly node: string;
  /** Raw chain spec with the addresses of its nodes. */
  readonly specPath: string;
}

/** What is known of a network once it is planned. */
export interface NetworkDescription {
  /** Folder of everything that the network writes. */
  readonly directory: string;
  readonly relayEndpoint: string;
  /** Raw chain spec of the relay chain with the addresses of its nodes. */
  readonly relaySpecPath: string;
  readonly chains: readonly NetworkChain[];
  /** The relay chain's validators first, then the collators. */
  readonly nodes: readonly NetworkNode[];
}

/** What a node is doing. */
export interface NodeStatus {
  readonly name: string;
  readonly state: NodeState;
  readonly pid?: number;
}

/** Controls of a network's nodes, for tests of faults. All throw NetworkError `NODE_UNKNOWN` or `NODE_STATE`. */
export interface NodeControls {
  /** SIGSTOP: the node keeps its connections and answers nothing. */
  pause(name: string): Promise<void>;
  /** SIGCONT. */
  resume(name: string): Promise<void>;
  /** SIGKILL. */
  kill(name: string): Promise<void>;
  /** Starts the node with the same arguments and data, after killing it if it is there. */
  restart(name: string): Promise<void>;
  status(): Promise<readonly NodeStatus[]>;
}

/** File in a network's folder that holds its {@link NetworkDescription} as JSON. */
export const DESCRIPTION_FILE = 'network.json';
/** What the names of networks' folders begin with, in the system's folder for temporary files. */
export const DIRECTORY_PREFIX = 'training-ledger-net-';

/** A network that is described. */
export class DescribedNetwork implements NetworkDescription {
  readonly directory: string;
  readonly relayEndpoint: string;
  readonly relaySpecPath: string;
  readonly chains: readonly NetworkChain[];
  readonly nodes: readonly NetworkNode[];

  protected constructor(description: NetworkDescription) {
    this.directory = description.directory;
    this.relayEndpoint = description.relayEndpoint;
    this.relaySpecPath = description.relaySpecPath;
    this.chains = description.chains;
    this.nodes = description.nodes;
  }

  /** The chain of a para id. */
  chain(paraId: number): NetworkChain {
    const found = this.chains.find((chain) => chain.paraId === paraId);
    if (found === undefined) throw new Error(`Para ${paraId} was not started.`);
    return found;
  }
}
