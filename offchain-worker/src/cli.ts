#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The worker's command line.

import { LedgerError } from '@training-ledger/circuits/statements';
import { Command } from 'commander';
import { addInspectCommands } from './cli/inspect.ts';
import { addKeysCommand } from './cli/keys.ts';
import { addRunCommand } from './cli/run.ts';

const program = new Command('training-ledger-worker')
  .description(
    'Off-chain worker of the training ledger: aggregates under encryption, proves, seals.',
  )
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
