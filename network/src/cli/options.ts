// SPDX-License-Identifier: Apache-2.0
// What the command takes.
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';

/** Options of the command. */
export interface CliOptions {
  /** Port of the first chain, the others follow; 0: free ones. */
  readonly port: number;
  readonly json?: true;
  readonly dev?: true;
  readonly accounts: number;
  readonly workers: number;
  readonly state?: string;
}

/** Chains and the inference node have ports in a row. */
const MAX_PORT = 65_533;

/** Reads the command line; ends the process for `--help`, `--version` and what is wrong. */
export function readOptions(argv: readonly string[]): CliOptions {
  const program = new Command('training-ledger-network')
    .description('Two ledger parachains in one process, on loopback, until it is interrupted.')
    .version(version())
    .option(
      '--port <port>',
      'port of the first chain, the second and the inference node follow; 0: free ones',
      between(0, MAX_PORT),
      9_988,
    )
    .option('--json', 'print what there is as one line of JSON')
    .option('--dev', 'with a development federation: base model, workers, inference node, accounts')
    .addOption(count('--accounts <n>', 'funded accounts of it', [1, 50], 10))
    .addOption(count('--workers <n>', 'workers of it', [2, 7], 3))
    .option(
      '--state <folder>',
      'folder of its files, empty or new; a temporary one that is removed at the end by default',
    )
    .showHelpAfterError();
  const options = program.parse(argv).opts<CliOptions>();
  for (const name of ['accounts', 'workers', 'state'] as const) {
    if (options.dev === undefined && program.getOptionValueSource(name) === 'cli') {
      program.error(`error: option '--${name}' is for '--dev'`);
    }
  }
  return options;
}

const count = (flags: string, text: string, [min, max]: [number, number], usual: number): Option =>
  new Option(flags, `${text}, ${min} to ${max}`).argParser(between(min, max)).default(usual);

const between =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`An integer of ${min} to ${max}.`);
  };

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
