// SPDX-License-Identifier: Apache-2.0
// The inference node's commands: runs the one that the command line names, and ends the process.
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { Command } from 'commander';
import { addCommands } from './commands.ts';

const program = new Command('training-ledger-inference-node')
  .description('Inference node of the training ledger: serves a base model, signs receipts.')
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
