// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { SupervisedWorker } from './supervised-worker.ts';
import type { WorkerProcessOptions } from './worker-process.ts';

/** A worker that ends by itself, since it has no keystore. */
const OPTIONS: WorkerProcessOptions = {
  endpoint: 'ws://127.0.0.1:1',
  base: `0x${'00'.repeat(32)}`,
  keystore: '/nowhere/keystore.json',
  passphrase: 'a passphrase of a test',
  store: '/nowhere/store',
  journal: '/nowhere/journal',
  data: '/nowhere/samples.bin',
  seed: 1,
};

it('is started again as often as it may be, and then given up', async () => {
  const ends: [how: string, restarts: number, isGivenUp: boolean][] = [];
  const options = { restarts: 1, delay: 0 };
  const worker = new SupervisedWorker(OPTIONS, {
    ...options,
    onEnd: (...end) => ends.push(end),
  });
  try {
    await expect.poll(() => worker.isGivenUp, { timeout: 60_000 }).toBe(true);
    expect(ends).toEqual([
      ['exit code 1', 0, false],
      ['exit code 1', 1, true],
    ]);
    expect(worker.restarts).toBe(1);
  } finally {
    await worker.stop();
  }
});

it('is not started again once it was stopped', async () => {
  const ends: string[] = [];
  const worker = new SupervisedWorker(OPTIONS, { onEnd: (how) => ends.push(how) });
  const { pid } = worker;
  await worker.stop();
  expect(ends).toEqual([]);
  expect(worker.pid).toBe(pid);
  expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
});
