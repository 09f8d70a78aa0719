// SPDX-License-Identifier: Apache-2.0
// Attacks on an aggregate, and who is found out how: workers, contributors, committee members.

import { openAggregate, openGeneration } from '@training-ledger/offchain-worker';
import { updateBetween } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ContentStore,
  fromHex,
  type LedgerClient,
  type LocalModel,
  parseSum,
  pendingOps,
  type RecordedTraining,
  sealBlock,
  serialiseSum,
  type TrainingArgs,
  UpdateSum,
  unsoundUpdates,
  updateShape,
  verifyAggregate,
} from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCommittee } from '../committee.ts';
import { failing, TestLedger, UNIT } from './ledger.ts';
import { compete, join, roundOf, sealRound, signedBlock, type TestWorker } from './round.ts';

let ledger: TestLedger;
let base: Hex;
let committee: TestCommittee;
let worker: TestWorker;
let users: LedgerClient[];
const models: LocalModel[] = [];
/** What the users trained in the newest round, weight by weight. */
let trained: Int32Array[] = [];

beforeAll(async () => {
  ledger = await TestLedger.start(4);
  base = await ledger.registerBase();
  committee = await ledger.formCommittee(base);
  const [w, ...others] = ledger.users as [LedgerClient, ...LedgerClient[]];
  users = others;
  await ledger.registerNode();
  worker = await join(w, base);
  for (const user of users) models.push(await ledger.fork(user, base));
});

afterAll(() => ledger?.stop());

/** Records an op of a user; `change` in place of what it would record. */
async function record(
  user: number,
  seed: number,
  change: (args: TrainingArgs) => Partial<TrainingArgs> = () => ({}),
): Promise<RecordedTraining> {
  const args = await ledger.training(models[user] as LocalModel, seed);
  trained.push(updateBetween(args.model.weights, args.newWeights));
  const call = await (users[user] as LedgerClient).recordTraining({ ...args, ...change(args) });
  const { result } = await call.submit();
  models[user] = result.model;
  return result;
}

/** An encryptor that publishes the commitment of another update. */
const mismatched = ({ encryptor }: TrainingArgs): Partial<TrainingArgs> => ({
  encryptor: {
    encrypt: async (update) => {
      const { commitment } = await encryptor.encrypt(update);
      return { ...(await encryptor.encrypt(update)), commitment };
    },
  },
});

describe('a round with a contributor whose update is not what it committed to', () => {
  let cheat: RecordedTraining;
  let honest: RecordedTraining;

  it('finds it among all', async () => {
    honest = await record(0, 1);
    cheat = await record(2, 3, mismatched);
    trained = trained.slice(0, 1);
    await record(1, 2);
    await ledger.owner.openRound(base).submit();
    await ledger.owner.fundRound(base, 0, 100n * UNIT).submit();
    await compete(ledger, worker, base, 0);
    const { chain, store } = ledger.owner.context;
    const ops = await pendingOps(chain, base, 0n, 3);
    const { committer } = ledger;
    const shape = await updateShape(chain, base);
    expect(await unsoundUpdates({ store, committer }, ops, shape)).toEqual([1n]);
    // So is one that nobody can fetch.
    const gradient = ops[0]?.op.contents.gradient;
    const without: ContentStore = {
      ...store,
      put: (bytes) => store.put(bytes),
      has: (hash) => store.has(hash),
      get: (hash) => store.get(hash === gradient ? `0x${'00'.repeat(32)}` : hash),
    };
    expect(await unsoundUpdates({ store: without, committer }, ops, shape)).toEqual([0n, 1n]);
  });

  it('leaves it out when the quorum says so, and not before', async () => {
    const { chain } = ledger.owner;
    const vote = (client: LedgerClient) =>
      chain.prepare(client.context.identity.account, 'committee', 'excludeOps', {
        base,
        sequences: [1n],
      });
    await expect(vote(users[0] as LedgerClient).dryRun()).rejects.toMatchObject(
      failing('committee.NotMember'),
    );
    const [first, second] = ledger.members as [LedgerClient, LedgerClient];
    await vote(first).submit();
    await expect(vote(first).dryRun()).rejects.toMatchObject(failing('committee.NoNewVote'));
    expect(await chain.query('committee', 'pendingExclusions', base)).toEqual([]);
    const before = await signedBlock(ledger, worker, base, 0);
    await vote(second).submit();
    expect(await chain.query('committee', 'pendingExclusions', base)).toEqual([1n]);
    await expect(sealBlock(worker.client.context, before).dryRun()).rejects.toMatchObject(
      failing('trainingLedger.ExclusionMismatch'),
    );
  });

  it('seals and opens the sum of the others', async () => {
    const args = await signedBlock(ledger, worker, base, 0);
    const forged = { ...args.aggregate, commitment: `0x01${'00'.repeat(31)}` as Hex };
    await expect(
      sealBlock(worker.client.context, { ...args, aggregate: forged }).dryRun(),
    ).rejects.toMatchObject(failing('trainingLedger.AggregateMismatch'));
    await sealBlock(worker.client.context, args).submit();
    const { committer } = ledger;
    expect(await ledger.owner.verifyAggregate(base, 0, { committer, updates: true })).toMatchObject(
      {
        contributors: 2,
        excluded: [1n],
        unsound: [],
      },
    );
  });

  it('has the committee open nothing but that sum', async () => {
    const { chain } = ledger.owner;
    const [op] = await pendingOps(chain, base, 0n, 1);
    const single = op?.op.contents.gradient as Hex;
    const [first] = ledger.members as [LedgerClient];
    const { account } = first.context.identity;
    const ask = chain.prepare(account, 'committee', 'approveAggregate', {
      base,
      round: 0,
      content: single,
    });
    await expect(ask.dryRun()).rejects.toMatchObject(failing('committee.AggregateMismatch'));
    const early = chain.prepare(account, 'committee', 'submitPartialDecryption', {
      base,
      round: 0,
      attempt: 0,
      share: single,
    });
    await expect(early.dryRun()).rejects.toMatchObject(failing('committee.AttemptNotFound'));
    await expect(openAggregate(ledger.owner.context, base, 0)).rejects.toMatchObject(
      failing('NOT_DECRYPTED'),
    );
  });

  it('opens in spite of a member with wrong parts, and names it', async () => {
    const { chain, context } = ledger.owner;
    await committee.approve(0);
    // The first member lies in every attempt: the third set is the first without it.
    const lie = (part: Uint8Array, position: number): Uint8Array =>
      position === 1 ? part.with(4_000, (part[4_000] as number) ^ 1) : part;
    for (let attempt = 0; attempt < 3; attempt++) {
      if (attempt > 0) {
        await expect(openAggregate(context, base, 0)).rejects.toMatchObject(
          failing('NOT_DECRYPTED'),
        );
        await committee.call(ledger.members[2] as LedgerClient, 'nextAttempt', { base, round: 0 });
      }
      await committee.decrypt(0, lie);
    }
    const { mean, contributors, attempt, wrong } = await openAggregate(context, base, 0);
    expect([contributors, attempt]).toEqual([2, 2]);
    expect(wrong).toEqual([ledger.members[0]?.context.identity.account.address]);
    const [a, b] = trained as [Int32Array, Int32Array];
    expect([...mean]).toEqual(Array.from(a, (value, i) => (value + (b[i] as number)) / 2));
    const call = await openGeneration(ledger.owner, ledger.committer, base, 0);
    expect((await call.submit()).result.generation).toBe(1);
    expect(await chain.query('committee', 'openings', base, 0)).toMatchObject({ current: 2 });
  });

  it('pays the excluded op nothing', async () => {
    const [own, , cheater] = users as [LedgerClient, LedgerClient, LedgerClient];
    const claim = cheater.claimTrainingRewards(cheat.model.id, [cheat.op]);
    await expect(claim.dryRun()).rejects.toMatchObject(failing('rewards.OpExcluded'));
    const paid = await own.claimTrainingRewards(honest.model.id, [honest.op]).submit();
    expect(paid.result).toBeGreaterThan(0n);
  });
});

it('an update that was recorded before is refused, whoever records it', async () => {
  const { chain, store } = ledger.owner.context;
  const [op] = await pendingOps(chain, base, 0n, 1);
  const { gradient, gradientCommitment } = op?.op.contents ?? {};
  const file = await store.get(gradient as Hex);
  const replay = record(1, 9, () => ({
    encryptor: {
      encrypt: async () => ({ file, commitment: fromHex(gradientCommitment as Hex) }),
    },
  }));
  await expect(replay).rejects.toMatchObject(failing('trainingLedger.UpdateAlreadyUsed'));
});

it('a round of too few contributors is not sealed', async () => {
  await record(0, 21);
  await record(0, 22);
  await ledger.owner.openRound(base).submit();
  await compete(ledger, worker, base, 1);
  const args = await signedBlock(ledger, worker, base, 1);
  await expect(sealBlock(worker.client.context, args).dryRun()).rejects.toMatchObject(
    failing('trainingLedger.TooFewContributors'),
  );
  const { chain, identity } = worker.client.context;
  await chain
    .prepare(identity.account, 'trainingLedger', 'closeUnsealableRound', { base, round: 1 })
    .submit();
  expect((await roundOf(ledger.owner, base, 1)).outcome).toBe('Empty');
  expect(await chain.query('trainingLedger', 'nextPending', base)).toBe(3n);
});

describe('a worker that seals another sum', () => {
  it('is found out by whoever checks it, and the committee opens nothing', async () => {
    // With those that rolled over, three ops.
    await record(1, 12);
    await ledger.owner.openRound(base).submit();
    await compete(ledger, worker, base, 2);
    const { chain, store } = ledger.owner.context;
    const { firstOp } = await roundOf(ledger.owner, base, 2);
    const shape = await updateShape(chain, base);
    const [one, two, three] = await Promise.all(
      (await pendingOps(chain, base, firstOp, 3)).map(({ op }) => store.get(op.contents.gradient)),
    );
    const sumOf = (...files: (Uint8Array | undefined)[]): Uint8Array => {
      const sum = new UpdateSum(shape);
      for (const file of files) sum.add(file as Uint8Array);
      return sum.bytes();
    };
    const parsed = parseSum(sumOf(one, two, three), shape);
    const altered = parsed.maskedPart.slice();
    altered[3] = (altered[3] as number) + 1;
    const sums = {
      dropping: sumOf(one, three),
      doubling: sumOf(one, one, three),
      altering: serialiseSum({ ...parsed, maskedPart: altered }),
    };
    // The chain cannot see the sum: it takes what the leader names, with the commitment that it has to open.
    const content = await store.put(sums.doubling);
    await sealRound(ledger, worker, base, 2, content);
    const { committer } = ledger;
    for (const [attack, sum] of Object.entries(sums)) {
      const lying: ContentStore = {
        ...store,
        put: (bytes) => store.put(bytes),
        has: (hash) => store.has(hash),
        get: async (hash) => (hash === content ? sum : store.get(hash)),
      };
      await expect(
        verifyAggregate({ chain, store: lying }, base, 2, { committer }),
        attack,
      ).rejects.toMatchObject(failing('AGGREGATE_MISMATCH'));
    }
    await expect(openGeneration(ledger.owner, ledger.committer, base, 2)).rejects.toMatchObject(
      failing('AGGREGATE_MISMATCH'),
    );
  });
});
