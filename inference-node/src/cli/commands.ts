// SPDX-License-Identifier: Apache-2.0
// The commands of an operator: make a key, register it, serve.
import { readFile } from 'node:fs/promises';
import { Keyring } from '@polkadot/keyring';
import type { Hex } from '@training-ledger/runtime-types';
import { Cleanup, FileContentStore, LedgerChain } from '@training-ledger/sdk';
import type { Command } from 'commander';
import { InferenceNodeError } from '../errors.ts';
import { registeredKey, registerNode } from '../registration.ts';
import { InferenceService } from '../service/service.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';

/** Environment variable with the secret URI of the account that pays the bond. */
export const ACCOUNT_VARIABLE = 'TRAINING_LEDGER_ACCOUNT_SURI';

/** Adds `key`, `register` and `run`. */
export function addCommands(program: Command): void {
  program
    .command('key')
    .description("make a node's key in a new file, and print the hash under which it is registered")
    .requiredOption('--key <file>', 'where the key goes')
    .action(async ({ key }: { key: string }) =>
      console.log(registeredKey(await writeKeyFile(key))),
    );

  program
    .command('register')
    .description('register the key on the ledger; a bond of the account is held')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .requiredOption('--key <file>', 'file with the key')
    .option('--suriFile <file>', `file with the account's secret URI (else ${ACCOUNT_VARIABLE})`)
    .action(register);

  program
    .command('run')
    .description('serve a base model until interrupted')
    .requiredOption('--endpoint <url>', 'WebSocket endpoint of a ledger node')
    .requiredOption('--base <id>', 'base model to serve', toId)
    .requiredOption('--store <folder>', 'content store')
    .requiredOption('--key <file>', 'file with the registered key')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: a free one', toPort, 9_990)
    .option('--json', 'print the address as JSON')
    .action(run);
}

async function register(options: {
  endpoint: string;
  key: string;
  suriFile?: string;
}): Promise<void> {
  const key = await readKeyFile(options.key);
  const suri =
    options.suriFile === undefined
      ? process.env[ACCOUNT_VARIABLE]
      : (await readFile(options.suriFile, 'utf8')).trimEnd();
  if (suri === undefined || suri === '') {
    throw new InferenceNodeError(
      'OPTION_INVALID',
      'There is no account to register the key with.',
      {
        hint: `Set ${ACCOUNT_VARIABLE} or give --suriFile.`,
      },
    );
  }
  const account = new Keyring({ type: 'sr25519' }).addFromUri(suri);
  const chain = await LedgerChain.connect(options.endpoint);
  try {
    await registerNode(chain, account, key).submit({ finalized: true, timeout: 300_000 });
  } finally {
    await chain.disconnect();
  }
  console.log(registeredKey(key));
}

async function run(options: {
  endpoint: string;
  base: Hex;
  store: string;
  key: string;
  host: string;
  port: number;
  json?: boolean;
}): Promise<void> {
  const interrupted = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.resolve());
  }
  const key = await readKeyFile(options.key);
  await using closing = new Cleanup();
  const chain = await LedgerChain.connect(options.endpoint);
  closing.defer(() => chain.disconnect());
  const { base, host, port } = options;
  const store = new FileContentStore(options.store);
  const onFailure = (error: unknown): void =>
    console.error(error instanceof Error ? error.message : error);
  const service = await InferenceService.start({ chain, store, base, key, host, port, onFailure });
  closing.defer(() => service.stop());
  const { url, nodeKey } = service;
  console.log(options.json ? JSON.stringify({ url, nodeKey }) : url);
  await interrupted.promise;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw invalid('--port is a port, or 0.');
  return port;
}

function toId(text: string): Hex {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw invalid('--base is an id: 32 bytes in hex with 0x.');
  return text as Hex;
}

const invalid = (details: string): InferenceNodeError =>
  new InferenceNodeError('OPTION_INVALID', 'An option is not valid.', { details });
