// SPDX-License-Identifier: Apache-2.0
// `run`: the daemon.
import { readFile } from 'node:fs/promises';
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { digestToField } from '@training-ledger/circuits/statements';
import type { Hex } from '@training-ledger/runtime-types';
import {
  FileContentStore,
  kemKeyPair,
  LedgerClient,
  readTestSet,
  required,
  sha256,
} from '@training-ledger/sdk';
import type { Command } from 'commander';
import { createLogger, LOG_LEVELS, type LogLevel } from '../observe/logger.ts';
import { serveMetrics, WorkerMetrics } from '../observe/metrics.ts';
import { Journal } from '../worker/journal.ts';
import { Worker } from '../worker/worker.ts';
import { readOptions } from './config.ts';
import { openKeys } from './keys.ts';
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

/** Adds the command. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('take part in the rounds of a federation until interrupted')
    .option('--config <file>', 'JSON file with these options by name')
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
    .action(async (_options, command: Command) => run(await readOptions(command, RULES)));
}

type RunOptions = Record<keyof typeof RULES, string | undefined>;

async function run(options: RunOptions): Promise<void> {
  const log = createLogger(options.logLevel as LogLevel);
  const stopping = new AbortController();
  let isWorking = false;
  const stop = (): void => {
    // There is nothing to finish before the work begins, and connecting may take forever.
    if (!isWorking) process.exit(130);
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const base = options.base as Hex;
  const { account, sealing, seed } = await openKeys(
    options.keystore as string,
    options.passphraseFile,
  );
  await using closing = new AsyncDisposableStack();
  const prover = createProver();
  closing.defer(() => prover.close());
  const committer = createVectorCommitter();
  closing.defer(() => committer.close());
  const client = await LedgerClient.connect({
    endpoint: options.endpoint as string,
    // A worker owns no models: these two are never used, but a client has them.
    identity: { account, secret: digestToField(sha256(seed)), kem: kemKeyPair() },
    store: new FileContentStore(options.store as string),
    prover,
  });
  closing.defer(() => client.disconnect());
  const metrics = new WorkerMetrics();
  if (options['metrics.port'] !== undefined) {
    const server = await serveMetrics(metrics, Number(options['metrics.port']));
    closing.defer(() => server.close());
    log.info({ port: server.port }, 'metrics are served');
  }
  const model = required(
    await client.chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const worker = new Worker({
    client,
    committer,
    base,
    sealing,
    journal: new Journal(options.journal as string),
    samples: readTestSet(model.shape, new Uint8Array(await readFile(options.data as string))),
    training: {
      epochs: Number(options['training.epochs']),
      seed: Number(options['training.seed']),
    },
    log,
    metrics,
  });
  log.info({ account: account.address, base, prover: prover.backend }, 'worker started');
  isWorking = true;
  // A proof that is half done is not worth waiting for: the next start makes it again.
  stopping.signal.addEventListener('abort', () => void prover.close());
  await worker.run(stopping.signal);
  log.info('worker stopped');
}
