// SPDX-License-Identifier: Apache-2.0
// A whole round by two workers, from the ops to the next generation.
import {
  attempts,
  openGeneration,
  verifyGeneration,
  WorkerMetrics,
} from '@training-ledger/offchain-worker';
import { LedgerChain } from '@training-ledger/sdk';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Federation, SHAPE } from './federation.ts';
import { readHistory } from './history.ts';

let federation: Federation;
const stopping = new AbortController();
const running: Promise<void>[] = [];
const metrics = new WorkerMetrics();

beforeAll(async () => {
  federation = await Federation.start({ users: 3 });
  await federation.formCommittee();
  const { owner, base } = federation;
  for (const home of federation.workers)
    running.push(federation.run(home, stopping.signal, metrics));
  while ((await owner.chain.query('zkpot', 'workerCount', base)) < 2) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await federation.untilKey();
});

afterAll(async () => {
  stopping.abort();
  await Promise.all(running);
  await federation?.stop();
});

it('two workers compete, the better one seals, and together they open a sum that makes a generation', async () => {
  const { owner, base, committer } = federation;
  const { chain } = owner.context;
  const index = await federation.openRoundWithOps();
  const { number } = await chain.finalized();
  const finalized = vi.spyOn(LedgerChain.prototype, 'finalized');
  finalized.mockResolvedValue({ hash: chain.genesisHash, number });
  const round = await federation.until(index, ['Decrypt']);

  const { block } = await owner.getBlock(round.block as bigint);
  expect(await owner.verifyAggregate(base, index, { committer, updates: true })).toEqual({
    block: round.block,
    content: block.aggregate.content,
    commitment: block.aggregate.commitment,
    contributors: 3,
    excluded: [],
    unsound: [],
  });

  const entries = await chain.entries('zkpot', 'entries', [base, index] as never);
  expect(entries).toHaveLength(2);
  const best = Math.max(...entries.map(([, { correct }]) => correct));
  expect(entries.find(([account]) => account === block.leader)?.[1].correct).toBe(best);

  // What is not final yet is not decrypted.
  const attempt = () => attempts(chain, base, index).then(([first]) => first);
  await expect.poll(attempt, { timeout: 60_000 }).toBeDefined();
  const head = async () => (await chain.api.rpc.chain.getHeader()).number.toNumber();
  const opened = await head();
  await expect.poll(head, { timeout: 60_000 }).toBeGreaterThan(opened + 8);
  expect((await attempt())?.shares).toEqual([]);
  finalized.mockRestore();
  await federation.untilDecrypted(index);
  const { result } = await (await openGeneration(owner, committer, base, index)).submit();
  expect(result.generation).toBe(1);
  expect(result.accuracy.after).toBeGreaterThan(result.accuracy.before);
  expect((await owner.generationWeights(base)).shape).toEqual(SHAPE);
  expect((await federation.round(index)).outcome).toBe('Sealed');
  const repeated = await verifyGeneration(owner.context, base, index, committer);
  expect(repeated).toEqual({ generation: 1, block: 1n, contributors: 3, wrong: [] });
});

it('the next round leaves out whose update is not what was committed to, and follows the first block', async () => {
  const { owner, base, committer } = federation;
  const index = await federation.openRoundWithOps({ cheats: 1 });
  const { block: number } = await federation.until(index, ['Decrypt']);
  const { block } = await owner.getBlock(number as bigint);
  expect(block.parent).toBe(await owner.chain.query('trainingLedger', 'blockHashes', 1n));
  const verified = await owner.verifyAggregate(base, index, { committer, updates: true });
  expect(verified).toMatchObject({ contributors: 2, excluded: [5n], unsound: [] });
  await federation.untilDecrypted(index);
  await (await openGeneration(owner, committer, base, index)).submit();
  const repeated = await verifyGeneration(owner.context, base, index, committer);
  expect(repeated).toMatchObject({ generation: 2, contributors: 2, wrong: [] });
});

it('nothing was sent twice and nothing was refused', async () => {
  const { sent } = await readHistory(federation.owner.chain);
  for (const { account } of federation.workers) {
    const own = sent.filter(({ signer }) => signer === account.address);
    // Only the challenge may be posted by both at the same moment.
    const refused = own.filter(
      ({ isSuccess, call }) => !isSuccess && call !== 'zkpot.postChallenge',
    );
    expect(refused).toEqual([]);
    const count = (call: string): number => own.filter((one) => one.call === call).length;
    expect([
      count('zkpot.joinFederation'),
      count('zkpot.commitModel'),
      count('zkpot.submitZkpot'),
    ]).toEqual([1, 2, 2]);
  }
  const all = (call: string): number =>
    sent.filter((one) => one.call === call && one.isSuccess).length;
  expect([all('zkpot.postChallenge'), all('trainingLedger.sealBlock')]).toEqual([2, 2]);
  expect(metrics.transactions.value({ name: 'sealed a block' })).toBe(2);
});
