// SPDX-License-Identifier: Apache-2.0
// The worker's commands: runs the one that the command line names, and ends the process.
import { readFileSync } from 'node:fs';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { Command } from 'commander';
import { addInspectCommands } from './inspect.ts';
import { addKeysCommand } from './keys.ts';
import { addRunCommand } from './run.ts';

const program = new Command('training-ledger-worker')
  .description(
    'Off-chain worker of the training ledger: aggregates under encryption, proves, seals.',
  )
  .version(version())
  .showHelpAfterError();
addKeysCommand(program);
addRunCommand(program);
addInspectCommands(program);

try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  const isOurs = error instanceof LedgerError;
  console.error(
    isOurs ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : error,
  );
  process.exit(1);
}

/** The package's. */
function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
