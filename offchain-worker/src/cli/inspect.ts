// SPDX-License-Identifier: Apache-2.0
// `status`, `verify-block` and `verify-generation`: look at a federation and at what was sealed.
import type { Command } from 'commander';

/** Loaded only by the command that needs them: they take a second. */
const inspections = (): Promise<typeof import('./inspections.ts')> => import('./inspections.ts');

/** Adds the commands. */
export function addInspectCommands(program: Command): void {
  program
    .command('status')
    .description('show the newest round of a federation')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .requiredOption('--base <id>', 'base model')
    .option('--json', 'print JSON')
    .action(async (options) => (await inspections()).status(options));
  program
    .command('verify-block')
    .description(
      'check a sealed block: signature, ops, Merkle root and, with a content store, its aggregate',
    )
    .argument('<number>', 'number of the block')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .option('--store <folder>', 'content store with the ciphertexts')
    .option('--json', 'print JSON')
    .action(async (number, options) => (await inspections()).verifyBlock(number, options));
  program
    .command('verify-generation')
    .description("open a round's sum and repeat the generation that came of it")
    .argument('<round>', 'index of the round')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .requiredOption('--base <id>', 'base model')
    .requiredOption('--store <folder>', 'content store with the updates')
    .option('--json', 'print JSON')
    .action(async (round, options) => (await inspections()).verifyRound(round, options));
}
