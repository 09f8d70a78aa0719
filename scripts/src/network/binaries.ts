// SPDX-License-Identifier: Apache-2.0
// Finds the nodes' programs.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { NetworkError } from './errors.ts';
import type { Topology } from './topology.ts';

/** Environment variable that names a folder with the programs. */
export const BIN_VARIABLE = 'TRAINING_LEDGER_BIN';

/** Where `npm run net:setup` puts the programs. */
export const BIN_CACHE = join(homedir(), '.cache', 'training-ledger', 'bin');

/** Programs that `polkadot` starts itself, from its own folder. */
export const RELAY_WORKERS = ['polkadot-execute-worker', 'polkadot-prepare-worker'] as const;

/** Where to look for programs. */
export interface BinaryOptions {
  /** A folder; instead of the one in the environment. */
  readonly bin?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** The last folder that is looked in. */
  readonly cache?: string;
}

/**
 * Paths of a topology's programs by their names. A folder that is given holds all of them; without one they are looked for on PATH
 * and then in the folder of `npm run net:setup`.
 * @throws NetworkError `BINARY_MISSING`, told for all that are missing at once
 */
export function findBinaries(topology: Topology, options: BinaryOptions = {}): Map<string, string> {
  const { env = process.env, cache = BIN_CACHE } = options;
  const bin = options.bin ?? env[BIN_VARIABLE];
  const folders =
    bin === undefined || bin === ''
      ? [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), cache]
      : [resolve(bin)];
  const collators = topology.parachains.map(({ collator }) => collator.command);
  const validators = topology.relay.validators.map(({ command }) => command);
  const found = new Map<string, string>();
  const missing = new Set<string>();
  for (const command of new Set([...validators, ...collators])) {
    const path = isAbsolute(command)
      ? [command].find(isProgram)
      : folders.map((folder) => join(folder, command)).find(isProgram);
    if (path === undefined) missing.add(command);
    else found.set(command, path);
  }
  for (const command of validators) {
    const path = found.get(command);
    if (path === undefined) continue;
    for (const worker of RELAY_WORKERS) {
      if (!isProgram(join(path, '..', worker))) missing.add(worker);
    }
  }
  if (missing.size > 0) throw missingBinaries([...missing], bin);
  return found;
}

function missingBinaries(names: readonly string[], bin: string | undefined): NetworkError {
  const where = bin ? `in ${bin}` : 'on PATH or in the folder of `npm run net:setup`';
  return new NetworkError(
    'BINARY_MISSING',
    `The network needs ${names.join(', ')}, not found ${where}:`,
    { hint: `run \`npm run net:setup\`, or give a folder with --bin or ${BIN_VARIABLE}.` },
  );
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
