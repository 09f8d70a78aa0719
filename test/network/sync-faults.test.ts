// SPDX-License-Identifier: Apache-2.0
// What becomes of a sync when the target is down, the channel to it is full or connections break: nothing is lost, nothing is
// doubled, and the SDK says what is known. In order: each step goes on where the one before ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerClient, type LocalModel, type SyncReport } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Relay } from '../relay.ts';
import { failing, newIdentity } from '../sdk/ledger.ts';
import { SETTLED } from '../settled.ts';
import { fillChannel, LARGE } from './channel.ts';
import { type Ledgers, startLedgers, type TestFederation } from './ledgers.ts';
import { FINAL, isChosen, isReal, until } from './network-under-test.ts';
import { heightOf, receivedSince } from './received.ts';

const WAIT = { finalized: isReal, timeout: 3 * FINAL };
const SLOW = isReal ? 1_500_000 : 400_000;
const A = 1000;
const B = 2000;

describe.runIf(isChosen)('a sync with faults', () => {
  let ledgers: Ledgers;
  let a: TestFederation;
  let b: TestFederation;
  let onA: LedgerClient;
  let onB: LedgerClient;
  let model: LocalModel;
  /** Offers its model. */
  let giver: LedgerClient;
  let given: LocalModel;
  /** Comes when the channel is full. */
  let late: LedgerClient;
  let lateModel: LocalModel;
  /** What both chains' clients knew before the target was down. */
  let genesis: LedgerClient['chain']['genesisHash'];
  let timeout: number;
  let start: number;
  let running: Promise<SyncReport>;
  let offered: bigint;

  const deadlineNotReached = failing('userModelSync.DeadlineNotReached');
  const received = (id: string): Promise<string[]> => receivedSince(onB, start, id);

  beforeAll(async () => {
    ledgers = await startLedgers();
    ({ a, b } = ledgers);
    onA = a.ledger.users[2] as LedgerClient;
    onB = b.as(onA);
    late = a.ledger.stranger();
    genesis = onB.chain.genesisHash;
    timeout = Number(String(onA.chain.api.consts['userModelSync']?.['syncTimeout']));
    await Promise.all([a.listenTo(b), b.listenTo(a), a.ledger.fund([late])]);
    [model, lateModel] = await Promise.all([
      a.ledger.fork(onA, a.base),
      a.ledger.fork(late, a.base),
      a.recruit(),
    ]);
    model = (await a.record(onA, model, 1)).model;
    await a.seal(0);
    ({ companion: giver, model: given } = a.companion);
    await a.showKeysTo(b);
    start = await heightOf(onB);
  }, SLOW);
  afterAll(async () => {
    await ledgers?.faults.start(B).catch(() => {});
    await ledgers?.stop();
  }, SLOW);

  describe('while the target is down', () => {
    beforeAll(() => ledgers.faults.stop(B));

    test(
      'a request and an offer stand as Pending',
      async () => {
        running = onA.syncModel(model.id, B);
        // A failure is told by the test that awaits it.
        running.catch(() => {});
        await until(async () => (await onA.syncState(model.id, B))?.status === 'Pending');
        const early = await onA.expireSync(model.id, B);
        await expect(early.dryRun()).rejects.toMatchObject(deadlineNotReached);

        const offer = await giver.handOver(given.id, B, { base: b.base, genesis });
        offered = (await offer.submit(SETTLED)).result.nonce;
        expect(await giver.syncState(given.id, B)).toMatchObject({
          status: 'Pending',
          isHandOver: true,
        });
      },
      SLOW,
    );

    test.runIf(isReal)(
      'what does not fit into the channel waits on the chain that sends it',
      async () => {
        await fillChannel(onA, B);
        await until(async () => ((await onA.syncChannel(B))?.waiting.bytes ?? 0) > LARGE);
        const full = await onA.syncChannel(B);
        expect(full?.underway.bytes).toBeGreaterThan(LARGE);
        expect(full?.capacity.bytes).toBeLessThan(2 * LARGE);

        // Sending goes on as ever: the message is queued behind the others, and its request stands as any other.
        const { result } = await late.prepareSync(lateModel.id, B).submit(SETTLED);
        expect(result.nonce).toBe(1n);
        expect(await late.syncState(lateModel.id, B)).toMatchObject({ status: 'Pending' });
        const behind = await onA.syncChannel(B);
        expect(behind?.waiting.bytes).toBeGreaterThan(full?.waiting.bytes ?? 0);
        expect(behind?.underway).toEqual(full?.underway);
      },
      SLOW,
    );

    test(
      'they time out, and nothing is sent again by itself',
      async () => {
        // Blocks of a real network come by themselves.
        if (!isReal) await a.ledger.pass(timeout);
        const { messages, complete } = await running;
        expect(complete).toBe(false);
        expect(messages).toMatchObject([{ nonce: 1n, status: 'TimedOut', acknowledged: 0 }]);
        await expect(onA.prepareSync(model.id, B).dryRun()).rejects.toMatchObject(
          failing('userModelSync.RequestOutstanding'),
        );
        expect((await onA.syncModel(model.id, B)).messages).toEqual(messages);
        await (await onA.expireSync(model.id, B)).submit(SETTLED);
        await expect((await onA.expireSync(model.id, B)).dryRun()).rejects.toMatchObject(
          deadlineNotReached,
        );
      },
      SLOW,
    );

    test(
      'anyone may pay for a retry',
      async () => {
        const { message } = await onA.estimateSync(model.id, B);
        const anyone = a.ledger.users[1] as LedgerClient;
        const { result } = await (await anyone.retrySync(model.id, B)).submit(SETTLED);
        expect(result).toEqual({ nonce: 1n, fee: message });
        await expect(onA.waitForSync(model.id, B, 1n, { timeout: 500 })).rejects.toMatchObject(
          failing('SYNC_UNANSWERED'),
        );
      },
      SLOW,
    );

    test(
      'a model that is offered stays locked, whatever the deadline',
      async () => {
        expect(await giver.waitForSync(given.id, B, offered, WAIT)).toMatchObject({
          status: 'TimedOut',
        });
        await (await giver.expireSync(given.id, B)).submit(SETTLED);
        expect(await giver.custody(given.id)).toEqual({ type: 'Locked', value: { para: B } });
        const { kem, account } = newIdentity();
        await expect(
          (await giver.grantAccess(given.id, account.address, kem.publicKey)).dryRun(),
        ).rejects.toMatchObject(failing('userModels.ModelLocked'));
      },
      SLOW,
    );
  });

  describe('when the target is back', () => {
    beforeAll(() => ledgers.faults.start(B));

    test(
      'the request is answered, and both copies do its work once',
      async () => {
        const answer = await onA.waitForSync(model.id, B, 1n, { ...WAIT, pastTimeout: true });
        expect(answer).toMatchObject({ status: 'Acknowledged', acknowledged: 1 });
        await until(async () => (await received(model.id)).length >= 2);
        expect(await received(model.id)).toEqual(['MirrorUpdated 1', 'MessageRepeated 1']);
        expect(await onB.mirroredOps(A, model.id)).toHaveLength(1);
        await expect((await onA.retrySync(model.id, B)).submit()).rejects.toMatchObject(
          failing('userModelSync.RequestResolved'),
        );
        await expect(onA.syncModel(model.id, B)).rejects.toMatchObject(
          failing('userModelSync.NothingToSync'),
        );
      },
      SLOW,
    );

    test(
      'the offer is answered, and the model has one owner',
      async () => {
        const answer = await giver.waitForSync(given.id, B, offered, {
          ...WAIT,
          pastTimeout: true,
        });
        expect(answer).toMatchObject({ status: 'Acknowledged', isHandOver: true });
        expect(await giver.custody(given.id)).toEqual({ type: 'HandedOver', value: { para: B } });
        const there = b.as(giver);
        expect(await there.custody(given.id)).toBeUndefined();
        expect((await there.openModel(given.id)).weights).toEqual(given.weights);
        expect(await received(given.id)).toEqual(['MirrorUpdated 1']);
      },
      SLOW,
    );

    test.runIf(isReal)(
      'what waited for the channel arrives once, and the queue is empty',
      async () => {
        const answer = await late.waitForSync(lateModel.id, B, 1n, { ...WAIT, pastTimeout: true });
        expect(answer).toMatchObject({ status: 'Acknowledged', count: 0 });
        expect(await received(lateModel.id)).toEqual(['MirrorUpdated 1']);
        const nothing = { messages: 0, bytes: 0 };
        await expect
          .poll(() => onA.syncChannel(B), { timeout: FINAL })
          .toMatchObject({ waiting: nothing, underway: nothing, isSuspended: false });
      },
      SLOW,
    );
  });

  test(
    'a connection that breaks while an answer is awaited loses nothing',
    async () => {
      const { identity, store, prover } = (a.ledger.users[1] as LedgerClient).context;
      const relay = await new Relay(a.ledger.endpoint).open();
      const { endpoint } = relay;
      const far = await LedgerClient.connect({ endpoint, identity, store, prover });
      try {
        const forked = await a.ledger.fork(far, a.base);
        const fees = await far.estimateSync(forked.id, B);
        // The embedded chain holds its block back, so that the client cannot know whether its call will be in one.
        if (!isReal) await ledgers.faults.pause(A);
        await ledgers.faults.pause(B);
        const running = far.syncModel(forked.id, B, { timeout: 3 * FINAL });
        if (isReal) await until(async () => (await onA.syncState(forked.id, B)) !== undefined);
        else await sleep(3_000);
        await relay.cut();
        await ledgers.faults.resume(A).catch(() => {});
        await sleep(1_500);
        await relay.open();
        await ledgers.faults.resume(B);
        const { messages, complete } = await running;
        expect(complete).toBe(true);
        expect(messages).toMatchObject([{ nonce: 1n, status: 'Acknowledged', count: 0 }]);
        expect(fees.message).toBeGreaterThan(0n);
        expect(await received(forked.id)).toEqual(['MirrorUpdated 1']);
      } finally {
        await ledgers.faults.resume(B).catch(() => {});
        await far.disconnect();
        await relay.cut();
      }
    },
    SLOW,
  );
});
