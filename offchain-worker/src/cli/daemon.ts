// SPDX-License-Identifier: Apache-2.0
// The daemon behind `run`. What it needs takes a second to load: the command line loads it only for this command.
import { readFile } from 'node:fs/promises';
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { digestToField } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import {
  Cleanup,
  FileContentStore,
  kemKeyPair,
  LedgerClient,
  readTestSet,
  required,
  sha256,
} from '@training-ledger/sdk';
import { createLogger, type LogLevel } from '../observe/logger.ts';
import { serveMetrics, WorkerMetrics } from '../observe/metrics.ts';
import { Journal } from '../worker/journal.ts';
import { Worker } from '../worker/worker.ts';
import type { RunOptions } from './run.ts';
import { openKeys } from './worker-keys.ts';

/** Works for a federation until it is interrupted. */
export async function runDaemon(options: RunOptions): Promise<void> {
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
  await using closing = new Cleanup();
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
