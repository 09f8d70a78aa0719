// SPDX-License-Identifier: Apache-2.0
// smoldot in a thread of its own: verifying takes hundreds of milliseconds at a time, and its timers would keep a process alive for
// minutes after the client has ended.
import { createRequire } from 'node:module';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Client, ClientOptions, LogCallback } from 'smoldot';
import { LightClientError } from './errors.ts';

/** A light client and how to end it. */
export interface OwnedClient {
  readonly client: Client;
  end(): Promise<void>;
}

/** Code of the thread: `run` of `smoldot/worker`, found from here. */
const THREAD = `
  const { workerData } = require('node:worker_threads');
  require(workerData.module).run(workerData.port);
`;
const LOG_LEVEL = 3;

/** Starts a light client. @throws LightClientError `SMOLDOT_MISSING` */
export async function startClient(logCallback: LogCallback): Promise<OwnedClient> {
  const { startWithBytecode, compileBytecode, module } = await load();
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { port: port1, module },
    transferList: [port1],
  });
  worker.on('error', (error) => logCallback(1, 'worker', error.message));
  const client = startWithBytecode({
    bytecode: compileBytecode(),
    portToWorker: port2 as unknown as NonNullable<ClientOptions['portToWorker']>,
    maxLogLevel: LOG_LEVEL,
    logCallback,
  });
  return {
    client,
    end: async () => {
      await client.terminate().catch(() => {});
      await worker.terminate();
      port2.close();
    },
  };
}

async function load() {
  try {
    const { startWithBytecode } = await import('smoldot/no-auto-bytecode');
    const { compileBytecode } = await import('smoldot/bytecode');
    const module = createRequire(import.meta.url).resolve('smoldot/worker');
    return { startWithBytecode, compileBytecode, module };
  } catch (cause) {
    throw new LightClientError('SMOLDOT_MISSING', 'Verified reads need the package smoldot.', {
      hint: 'Install it: npm install smoldot',
      cause,
    });
  }
}
