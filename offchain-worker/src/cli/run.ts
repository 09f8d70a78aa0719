// SPDX-License-Identifier: Apache-2.0
// `run`: the daemon.
import { readFile } from 'node:fs/promises';
import { createSnarkjsProver } from '@training-ledger/circuits';
import { digestToField } from '@training-ledger/circuits/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { FileContentStore, kemKeyPair, LedgerClient, readTestSet, required, sha256 } from '@training-ledger/sdk';
import type { Command } from 'commander';
import { destination, pino } from 'pino';
import { Bfv } from '../bfv/seal.ts';
import { Journal } from '../worker/journal.ts';
import { Worker } from '../worker/worker.ts';
import { openKeys, PASSPHRASE_VARIABLE } from './keys.ts';

interface RunOptions {
  readonly endpoint: string;
  readonly base: Hex;
  readonly keystore: string;
  readonly passphraseFile?: string;
  readonly store: string;
  readonly journal: string;
  readonly data: string;
  readonly 'training.epochs': string;
  readonly 'training.seed': string;
  readonly logLevel: string;
}

/** Adds the command. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('take part in the rounds of a federation until interrupted')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .requiredOption('--base <id>', 'base model whose federation to work for')
    .requiredOption('--keystore <file>', 'file that holds the keys')
    .option('--passphraseFile <file>', `file with the passphrase (else ${PASSPHRASE_VARIABLE})`)
    .requiredOption('--store <folder>', 'content store')
    .requiredOption('--journal <folder>', 'what the worker must remember of its rounds')
    .requiredOption('--data <file>', 'samples for its own models: rows of feature bytes and a label byte')
    .option('--training.epochs <n>', 'epochs of local training', '20')
    .option('--training.seed <n>', 'seed of local training', '1')
    .option('--logLevel <level>', 'trace, debug, info, warn, error or silent', 'info')
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const log = pino({ level: options.logLevel, base: null }, destination(2));
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const { account, sealing, seed } = await openKeys(options.keystore, options.passphraseFile);
  const prover = createSnarkjsProver();
  const client = await LedgerClient.connect({
    endpoint: options.endpoint,
    // A worker owns no models: these two are never used, but a client has them.
    identity: { account, secret: digestToField(sha256(seed)), kem: kemKeyPair() },
    store: new FileContentStore(options.store),
    prover,
  });
  const model = required(await client.chain.query('userModels', 'baseModels', options.base), 'such base model');
  const worker = new Worker({
    client,
    bfv: await Bfv.load(),
    base: options.base,
    sealing,
    journal: new Journal(options.journal),
    samples: readTestSet(model.shape, new Uint8Array(await readFile(options.data))),
    training: { epochs: Number(options['training.epochs']), seed: Number(options['training.seed']) },
    log,
  });
  log.info({ account: account.address, base: options.base, prover: prover.backend }, 'worker started');
  await worker.run(stopping.signal);
  log.info('worker stopped');
  await prover.close();
  await client.disconnect();
}
