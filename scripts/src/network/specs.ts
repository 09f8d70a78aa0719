// SPDX-License-Identifier: Apache-2.0
// Chain specs of a local network. The relay chain's is the one that its program knows by name, with our validators instead of its
// own and the parachains registered from block 0 on; a parachain's is as it is in the repository. Both get the addresses of
// their nodes, by which nodes and light clients find the network.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mergeJson, parseJson } from '../runtime/lossless-json.ts';
import { NetworkError } from './errors.ts';
import { validatorKeys } from './keys.ts';
import type { ParachainPlan, RelayPlan } from './topology.ts';

/** Storage key of the runtime: `:code`. */
const CODE_KEY = '0x3a636f6465';
/** Smallest units on a validator's stash. */
const STASH = 1_000_000_000_000_000;
const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** What the relay chain's genesis says of a parachain. */
export interface ParachainGenesis {
  readonly id: number;
  /** SCALE-encoded header of block 0, in hex. */
  readonly head: string;
  /** The runtime, in hex. */
  readonly code: string;
}

/** A chain spec that is not raw yet, as far as it is read. */
interface PlainSpec {
  readonly genesis: {
    readonly runtimeGenesis: {
      readonly patch: { readonly balances: { readonly balances: readonly unknown[] } };
    };
  };
}

/** A raw chain spec, as far as it is read. */
export interface RawSpec {
  readonly id: string;
  readonly bootNodes: readonly string[];
  readonly genesis: { readonly raw: { readonly top: Readonly<Record<string, string>> } };
}

/**
 * Reads a parachain's spec and its genesis.
 * @throws NetworkError `TOPOLOGY_INVALID` if the file is no raw spec; `COMMAND_FAILED`
 */
export async function readParachain(
  { id, specPath }: ParachainPlan,
  program: string,
  signal?: AbortSignal,
): Promise<{ spec: RawSpec; genesis: ParachainGenesis }> {
  const spec: RawSpec = JSON.parse(await readFile(specPath, 'utf8'));
  const code = spec.genesis?.raw?.top?.[CODE_KEY];
  if (code === undefined) {
    const details = `The chain spec of parachain ${id} is not a raw one with a runtime.`;
    throw new NetworkError('TOPOLOGY_INVALID', 'The topology cannot be used.', { details });
  }
  const head = (
    await command(program, ['export-genesis-head', '--chain', specPath], signal)
  ).trim();
  return { spec, genesis: { id, head, code } };
}

/** Makes the relay chain's raw spec. @throws NetworkError `COMMAND_FAILED` */
export async function makeRelaySpec(
  { chain, validators, genesisPatch }: RelayPlan,
  parachains: readonly ParachainGenesis[],
  program: string,
  directory: string,
  signal?: AbortSignal,
): Promise<RawSpec> {
  const exported = await command(program, ['export-chain-spec', '--chain', chain], signal);
  const plain = parseJson(exported) as PlainSpec;
  const { patch } = plain.genesis.runtimeGenesis;
  const keys = await Promise.all(validators.map(({ name }) => validatorKeys(name)));
  const own = {
    session: { keys: keys.map(({ stash, session }) => [stash, stash, session]) },
    balances: {
      balances: [...patch.balances.balances, ...keys.map(({ stash }) => [stash, STASH])],
    },
    paras: {
      paras: parachains.map(({ id, head, code }) => [
        id,
        { genesis_head: head, validation_code: code, parachain: true },
      ]),
    },
  };
  const file = join(directory, 'relay-plain.json');
  const changes = { genesis: { runtimeGenesis: { patch: mergeJson(own, genesisPatch) } } };
  await writeFile(file, JSON.stringify(mergeJson(plain, changes)));
  return JSON.parse(
    await command(program, ['export-chain-spec', '--raw', '--chain', file], signal),
  );
}

/**
 * Writes a spec with the addresses of nodes to start from; a parachain's with the id of its relay chain, by which light clients
 * put the two together.
 */
export function writeSpec(
  file: string,
  spec: RawSpec,
  bootNodes: readonly string[],
  relay?: RawSpec,
): Promise<void> {
  const relayChain = relay === undefined ? {} : { relay_chain: relay.id };
  return writeFile(file, JSON.stringify({ ...spec, ...relayChain, bootNodes }));
}

async function command(
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      maxBuffer: LARGEST_OUTPUT,
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout;
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    const details = stderr.trim().split('\n').at(-1) || message;
    throw new NetworkError('COMMAND_FAILED', `${program} ${args[0]} failed.`, { details, cause });
  }
}
