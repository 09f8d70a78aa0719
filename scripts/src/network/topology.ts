// SPDX-License-Identifier: Apache-2.0
// What zombienet.toml says: which chains there are, and which nodes each has. The file is zombienet's own format
// (https://paritytech.github.io/zombienet/network-definition-spec.html), of which this takes a part. A key that it does not take is
// refused: a setting that does nothing would be worse.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { ROOT } from '../paths.ts';
import { NetworkError } from './errors.ts';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** One node of a chain. */
export interface NodePlan {
  readonly name: string;
  /** Program: a name that is looked for, or a path. */
  readonly command: string;
  readonly args: readonly string[];
}

/** The relay chain. */
export interface RelayPlan {
  /** Name of a chain that the relay chain's program knows. */
  readonly chain: string;
  /** What is laid over the genesis of that chain. */
  readonly genesisPatch: JsonObject;
  readonly validators: readonly NodePlan[];
}

/** A parachain with its collator. */
export interface ParachainPlan {
  readonly id: number;
  /** Absolute path of the raw chain spec. */
  readonly specPath: string;
  readonly collator: NodePlan;
}

/** A network. */
export interface Topology {
  /** Milliseconds after which a network that is not ready has failed. */
  readonly timeout: number;
  readonly relay: RelayPlan;
  readonly parachains: readonly ParachainPlan[];
}

/** Where the network is described. */
export const TOPOLOGY_FILE = join(ROOT, 'zombienet.toml');

const DEFAULT_TIMEOUT_SECONDS = 600;
const NODE_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const MOST_NODES = 16;

/** Reads a topology. @throws NetworkError `TOPOLOGY_INVALID` */
export async function readTopology(file = TOPOLOGY_FILE): Promise<Topology> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalid(cause instanceof Error ? `${cause.message}.` : String(cause));
  });
  return parseTopology(text, dirname(resolve(file)));
}

/**
 * Parses a topology; paths in it are relative to `directory`.
 * @throws NetworkError `TOPOLOGY_INVALID`
 */
export function parseTopology(text: string, directory: string): Topology {
  let root: Table;
  try {
    root = new Table('the file', parse(text));
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
  const settings = root.table('settings');
  const provider = settings.text('provider', 'native');
  if (provider !== 'native') throw invalid(`The provider is ${provider}, not native.`);
  const timeout = settings.number('timeout', DEFAULT_TIMEOUT_SECONDS) * 1_000;
  settings.end();
  const relay = relayPlan(root.table('relaychain'));
  const parachains = root.tables('parachains').map((table) => parachainPlan(table, directory));
  root.end();
  const names = [...relay.validators, ...parachains.map(({ collator }) => collator)].map(
    ({ name }) => name,
  );
  const ids = parachains.map(({ id }) => id);
  if (names.length > MOST_NODES) throw invalid(`There are more than ${MOST_NODES} nodes.`);
  if (new Set(names).size < names.length) throw invalid('Two nodes have one name.');
  if (new Set(ids).size < ids.length) throw invalid('Two parachains have one id.');
  return { timeout, relay, parachains };
}

/** @throws NetworkError `TOPOLOGY_INVALID` for what cannot be a node's name: it names a folder, and a key */
export function checkNodeName(name: string): void {
  if (!NODE_NAME.test(name)) throw invalid(`${JSON.stringify(name)} cannot be a node's name.`);
}

function relayPlan(table: Table): RelayPlan {
  const chain = table.text('chain');
  const command = table.text('default_command', 'polkadot');
  const genesis = table.table('genesis');
  const runtimeGenesis = genesis.table('runtimeGenesis');
  const genesisPatch = runtimeGenesis.object('patch');
  runtimeGenesis.end();
  genesis.end();
  const args = table.texts('default_args');
  const validators = table.tables('nodes').map((node) => {
    if (!node.flag('validator', true)) throw invalid(`${node.name}: every node has to validate.`);
    return nodePlan(node, command, args);
  });
  table.end();
  if (validators.length === 0) throw invalid('The relay chain has no node.');
  return { chain, genesisPatch, validators };
}

function parachainPlan(table: Table, directory: string): ParachainPlan {
  const id = table.number('id');
  const specPath = resolve(directory, table.text('chain_spec_path'));
  const collator = nodePlan(table.table('collator'), 'polkadot-omni-node', []);
  table.end();
  return { id, specPath, collator };
}

function nodePlan(table: Table, command: string, args: readonly string[]): NodePlan {
  const name = table.text('name');
  checkNodeName(name);
  const plan = {
    name,
    command: table.text('command', command),
    args: [...args, ...table.texts('args')],
  };
  table.end();
  return plan;
}

function invalid(details: string): NetworkError {
  return new NetworkError('TOPOLOGY_INVALID', 'The topology cannot be used.', { details });
}

/** A TOML table that knows which of its keys were taken. */
class Table {
  readonly name: string;
  readonly #values: Map<string, unknown>;

  constructor(name: string, value: unknown) {
    if (!isObject(value)) throw invalid(`${name} is not a table.`);
    this.name = name;
    this.#values = new Map(Object.entries(value));
  }

  text(key: string, otherwise?: string): string {
    const value = this.#take(key) ?? otherwise;
    if (typeof value !== 'string' || value === '') throw this.#wrong(key, 'text');
    return value;
  }

  number(key: string, otherwise?: number): number {
    const value = this.#take(key) ?? otherwise;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0) {
      throw this.#wrong(key, 'a positive whole number');
    }
    return value;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.#take(key) ?? otherwise;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  texts(key: string): string[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw this.#wrong(key, 'a list of texts');
    }
    return value;
  }

  object(key: string): JsonObject {
    const value = this.#take(key) ?? {};
    if (!isObject(value)) throw this.#wrong(key, 'a table');
    return value;
  }

  /** A table that may be missing is one with nothing in it. */
  table(key: string): Table {
    return new Table(`${this.name}: ${key}`, this.#take(key) ?? {});
  }

  tables(key: string): Table[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list of tables');
    return value.map((item, i) => new Table(`${this.name}: ${key} ${i + 1}`, item));
  }

  /** Refuses what was not taken. */
  end(): void {
    const [left] = this.#values.keys();
    if (left !== undefined)
      throw invalid(`${this.name}: ${left} is not a setting that works here.`);
  }

  #take(key: string): unknown {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  #wrong(key: string, wanted: string): NetworkError {
    return invalid(`${this.name}: ${key} has to be ${wanted}.`);
  }
}

/** Whether a value is an object that holds values by name. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
