// SPDX-License-Identifier: Apache-2.0
// The inference node's commands: runs the one that the command line names, and ends the process.
import { readFileSync } from 'node:fs';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { Command } from 'commander';
import { addCommands } from './commands.ts';

const program = new Command('training-ledger-inference-node')
  .description('Inference node of the training ledger: serves a base model, signs receipts.')
  .version(version())
  .showHelpAfterError();
addCommands(program);

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
