// SPDX-License-Identifier: Apache-2.0
// What becomes of a sync when the target stands still or connections break: nothing is lost, nothing is doubled, and the SDK says
// what is known.
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerClient, type LocalModel } from '@training-ledger/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Relay } from '../relay.ts';
import { failing, newIdentity, sudo } from '../sdk/ledger.ts';
import { type Ledgers, startLedgers, type TestFederation } from './ledgers.ts';
import { FINAL, isChosen, isReal } from './network-under-test.ts';

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
  let received: () => string[];
  let unsubscribe: (() => void) | undefined;
  let timeout: number;

  beforeAll(async () => {
    ledgers = await startLedgers();
    ({ a, b } = ledgers);
    onA = a.ledger.users[2] as LedgerClient;
    onB = b.as(onA);
    await a.listenTo(b);
    await b.listenTo(a);
    model = await a.ledger.fork(onA, a.base);
    model = (await a.record(onA, model, 1)).model;
    await a.seal(0);
    await b.ledger.owner.acceptSealingKey(sudo(), A, a.sealingKey).submit();
    timeout = Number(String(onA.chain.api.consts['userModelSync']?.['syncTimeout']));
    ({ received, unsubscribe } = await eventsOf(onB));
  }, SLOW);
  afterEach(() => ledgers?.faults.resume(B).catch(() => {}));
  afterAll(async () => {
    unsubscribe?.();
    await ledgers?.stop();
  }, SLOW);

  test(
    'a request that the target does not answer times out, is sent again, and does its work once',
    async () => {
      await ledgers.faults.pause(B);
      const running = onA.syncModel(model.id, B);
      await until(async () => (await onA.syncState(model.id, B))?.status === 'Pending');
      const early = await onA.expireSync(model.id, B);
      const deadlineNotReached = failing('userModelSync.DeadlineNotReached');
      await expect(early.dryRun()).rejects.toMatchObject(deadlineNotReached);
      await a.ledger.pass(timeout);
      const { messages, complete } = await running;
      expect(complete).toBe(false);
      expect(messages).toMatchObject([{ nonce: 1n, status: 'TimedOut', acknowledged: 0 }]);

      // Nothing is sent again by itself, and nothing new before the answer.
      await expect(onA.prepareSync(model.id, B).dryRun()).rejects.toMatchObject(
        failing('userModelSync.RequestOutstanding'),
      );
      expect((await onA.syncModel(model.id, B)).messages).toEqual(messages);
      await (await onA.expireSync(model.id, B)).submit();
      await expect((await onA.expireSync(model.id, B)).dryRun()).rejects.toMatchObject(
        deadlineNotReached,
      );

      // Anyone may pay for a retry.
      const { message } = await onA.estimateSync(model.id, B);
      const anyone = a.ledger.users[1] as LedgerClient;
      const { result } = await (await anyone.retrySync(model.id, B)).submit();
      expect(result).toEqual({ nonce: 1n, fee: message });
      await expect(onA.waitForSync(model.id, B, 1n, { timeout: 500 })).rejects.toMatchObject(
        failing('SYNC_UNANSWERED'),
      );

      await ledgers.faults.resume(B);
      const answer = await onA.waitForSync(model.id, B, 1n, { ...WAIT, pastTimeout: true });
      expect(answer).toMatchObject({ status: 'Acknowledged', acknowledged: 1 });
      // Both copies came.
      await until(async () => received().length >= 2);
      expect(received()).toEqual([`MirrorUpdated ${model.id} 1`, `MessageRepeated ${model.id} 1`]);
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
    'a model that is offered has one owner whenever the answer comes',
    async () => {
      await ledgers.faults.pause(B);
      const genesis = onB.chain.genesisHash;
      const offer = await onA.handOver(model.id, B, { base: b.base, genesis });
      const { nonce } = (await offer.submit()).result;
      await a.ledger.pass(timeout);
      expect(await onA.waitForSync(model.id, B, nonce)).toMatchObject({ status: 'TimedOut' });
      await (await onA.expireSync(model.id, B)).submit();
      expect(await onA.custody(model.id)).toEqual({ type: 'Locked', value: { para: B } });
      const { kem, account } = newIdentity();
      await expect(
        (await onA.grantAccess(model.id, account.address, kem.publicKey)).dryRun(),
      ).rejects.toMatchObject(failing('userModels.ModelLocked'));

      await ledgers.faults.resume(B);
      const answer = await onA.waitForSync(model.id, B, nonce, { ...WAIT, pastTimeout: true });
      expect(answer).toMatchObject({ status: 'Acknowledged', isHandOver: true });
      expect(await onA.custody(model.id)).toEqual({ type: 'HandedOver', value: { para: B } });
      expect(await onB.custody(model.id)).toBeUndefined();
      expect((await onB.openModel(model.id)).weights).toEqual(model.weights);
    },
    SLOW,
  );

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
        expect(received().filter((line) => line.includes(forked.id))).toEqual([
          `MirrorUpdated ${forked.id} 1`,
        ]);
      } finally {
        await far.disconnect();
        await relay.cut();
      }
    },
    SLOW,
  );
});

/** What a chain says of messages that it received, from now on. */
async function eventsOf({
  chain,
}: LedgerClient): Promise<{ received: () => string[]; unsubscribe: () => void }> {
  const seen: string[] = [];
  const events = chain.api.query['system']?.['events'];
  if (events === undefined) throw new Error('The chain has no events.');
  const unsubscribe = (await events((records: unknown) => {
    for (const { event } of records as readonly EventRecord[]) {
      if (!['MirrorUpdated', 'MessageRepeated', 'MessageRefused'].includes(event.method)) continue;
      const [, model, nonce] = event.data;
      seen.push(`${event.method} ${model} ${nonce}`);
    }
  })) as unknown as () => void;
  return { received: () => seen, unsubscribe };
}

interface EventRecord {
  readonly event: { readonly method: string; readonly data: readonly unknown[] };
}

/** Asks until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + FINAL;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It does not come about.');
    await sleep(100);
  }
}
