// SPDX-License-Identifier: Apache-2.0
// Worker processes whose node ends in the middle of a round and comes back: they wait for it, go on where they were, and nothing
// happens twice.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcess } from '@training-ledger/network';
import { openGeneration } from '@training-ledger/offchain-worker';
import { type AttachedNetwork, readHeights } from '@training-ledger/scripts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SETTLED } from '../settled.ts';
import { Federation } from '../worker/federation.ts';
import { readHistory } from '../worker/history.ts';
import { FINAL, isReal, realNetwork, until } from './network-under-test.ts';
import { heightOf } from './received.ts';

const SLOW = 1_500_000;
/** Milliseconds without a node: longer than a worker takes to notice and to try again. */
const DOWN = 10_000;

describe.runIf(isReal)('workers whose node restarts', () => {
  let network: AttachedNetwork;
  let federation: Federation;
  let start: number;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    network = await realNetwork();
    const { endpoint } = network.chain(1000);
    federation = await Federation.start({ network: { endpoint, stop: async () => {} } });
    start = await heightOf(federation.owner);
    await federation.formCommittee();
    for (const { folder, passphrase, seed } of federation.workers) {
      const worker = WorkerProcess.start({
        endpoint,
        base: federation.base,
        keystore: join(folder, 'keystore.json'),
        passphrase,
        store: federation.store,
        journal: join(folder, 'journal'),
        data: join(folder, 'data.bin'),
        seed,
      });
      workers.push(worker);
    }
    await federation.untilKey(2 * FINAL);
  }, SLOW);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    if (network !== undefined) await startNode(network);
    await federation?.stop();
  }, SLOW);

  test(
    'the round is sealed by them all the same, and nothing was posted twice',
    async () => {
      const { owner, base, committer } = federation;
      const index = await federation.openRoundWithOps();
      const reaches = (...phases: string[]): Promise<void> =>
        until(async () => phases.includes((await federation.round(index)).phase), 4 * FINAL);
      await reaches('Prove');
      const { node, endpoint } = network.chain(1000);
      await network.kill(node);
      await expect(readHeights(endpoint)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
      await sleep(DOWN);
      expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
      await network.restart(node);

      await reaches('Decrypt', 'Closed');
      expect((await federation.round(index)).phase).toBe('Decrypt');
      await federation.untilDecrypted(index, 2 * FINAL);
      await (await openGeneration(owner, committer, base, index)).submit(SETTLED);
      await owner.verifyAggregate(base, index, { committer, updates: true });
      expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);

      const { sent } = await readHistory(owner.chain, start);
      const calls = federation.workers.map(({ account }) =>
        sent
          .filter(({ signer, isSuccess }) => isSuccess && signer === account.address)
          .map(({ call }) => call)
          .sort(),
      );
      for (const own of calls) expect(own).toEqual([...new Set(own)]);
      const times = (call: string): number => calls.flat().filter((name) => name === call).length;
      expect({
        joined: times('zkpot.joinFederation'),
        committed: times('zkpot.commitModel'),
        posted: times('zkpot.postChallenge'),
        proven: times('zkpot.submitZkpot'),
        sealed: times('trainingLedger.sealBlock'),
      }).toEqual({ joined: 2, committed: 2, posted: 1, proven: 2, sealed: 1 });
    },
    SLOW,
  );
});

/** Starts the node of chain 1000 if it is down. */
async function startNode(network: AttachedNetwork): Promise<void> {
  const { node } = network.chain(1000);
  const state = (await network.status()).find(({ name }) => name === node)?.state;
  if (state === 'ended') await network.restart(node);
}
