// SPDX-License-Identifier: Apache-2.0
// `run`: the daemon.
import type { Command } from 'commander';
import { LOG_LEVELS } from '../observe/logger.ts';
import { readOptions, STDIN } from './config.ts';
import { PASSPHRASE_VARIABLE } from './passphrase.ts';

const RULES = {
  endpoint: { isRequired: true, pattern: /^wss?:\/\// },
  base: { isRequired: true, pattern: /^0x[0-9a-f]{64}$/ },
  keystore: { isRequired: true },
  passphraseFile: {},
  store: { isRequired: true },
  journal: { isRequired: true },
  data: { isRequired: true },
  'training.epochs': { integer: [1, 10_000] },
  'training.seed': { integer: [1, 2 ** 31 - 1] },
  'metrics.port': { integer: [0, 65_535] },
  logLevel: { oneOf: LOG_LEVELS },
} as const;

/** The options of `run`, checked. */
export type RunOptions = Record<keyof typeof RULES, string | undefined>;

/** Adds the command. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('take part in the rounds of a federation until interrupted')
    .option('--config <file>', `JSON file with these options by name; ${STDIN} reads it from stdin`)
    .option('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .option('--base <id>', 'base model whose federation to work for')
    .option('--keystore <file>', 'file that holds the keys')
    .option(
      '--passphraseFile <file>',
      `file with the passphrase (else ${PASSPHRASE_VARIABLE}, else a prompt)`,
    )
    .option('--store <folder>', 'content store')
    .option('--journal <folder>', 'what the worker must remember; of this worker alone')
    .option('--data <file>', 'samples for its own models: rows of feature bytes and a label byte')
    .option('--training.epochs <n>', 'epochs of local training', '20')
    .option('--training.seed <n>', 'seed of local training', '1')
    .option('--metrics.port <port>', 'serve Prometheus metrics on this loopback port')
    .option('--logLevel <level>', LOG_LEVELS.join(', '), 'info')
    .action(async (_options, command: Command) => {
      // Whoever writes the options to stdin may not have them yet.
      const [{ runDaemon }, options] = await Promise.all([
        import('./daemon.ts'),
        readOptions(command, RULES),
      ]);
      await runDaemon(options);
    });
}
