// SPDX-License-Identifier: Apache-2.0
// One model on two chains: trained on one, shown to the other, handed over, trained there, and back. In order: each step goes on
// where the one before ended.
import { userId } from '@training-ledger/protocol/statements';
import type { Hex, MirroredOp } from '@training-ledger/runtime-types';
import {
  fieldHex,
  type LedgerClient,
  type LocalModel,
  type ModelHistory,
  opId,
  type RecordedTraining,
  type SyncState,
  verifyMirroredOps,
} from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failing, newIdentity, sudo, UNIT, UNKNOWN } from '../sdk/ledger.ts';
import { SETTLED } from '../settled.ts';
import { type Ledgers, startLedgers, type TestFederation } from './ledgers.ts';
import { FINAL, isChosen, isReal } from './network-under-test.ts';

/** On a real network only what is final counts. */
const WAIT = { finalized: isReal, timeout: 2 * FINAL };
const SLOW = isReal ? 1_200_000 : 400_000;
const [A, B] = [1000, 2000];
/** No such chain is there. */
const NOWHERE = 3000;

/** Ids of a history, with the chain of each. */
const lines = (history: readonly ModelHistory[]): string[] =>
  history.flatMap(({ ops }) => ops.map(({ para, id, op }) => `${op.index} ${para} ${id}`));

describe.runIf(isChosen)('a model on two chains', () => {
  let ledgers: Ledgers;
  let a: TestFederation;
  let b: TestFederation;
  let onA: LedgerClient;
  let onB: LedgerClient;
  let user: Hex;
  let model: LocalModel;
  const ops: RecordedTraining[] = [];

  const record = async (chain: TestFederation, client: LedgerClient): Promise<void> => {
    const recorded = await chain.record(client, model, 10 * ops.length + 1);
    model = recorded.model;
    ops.push(recorded);
  };
  const handOver = async (
    from: LedgerClient,
    to: TestFederation,
    changes: object = {},
  ): Promise<SyncState> => {
    const genesis = to.ledger.owner.chain.genesisHash;
    const call = await from.handOver(model.id, to.para, { base: to.base, genesis, ...changes });
    const { nonce, fee } = (await call.submit(SETTLED)).result;
    expect(fee).toBeGreaterThan(0n);
    return from.waitForSync(model.id, to.para, nonce, WAIT);
  };

  beforeAll(async () => {
    ledgers = await startLedgers();
    ({ a, b } = ledgers);
    onA = a.ledger.users[2] as LedgerClient;
    onB = b.as(onA);
    user = fieldHex(userId(onA.context.identity.secret));
    const [forked] = await Promise.all([
      a.ledger.fork(onA, a.base),
      b.ledger.fund([onB]),
      a.recruit(),
      b.recruit(),
    ]);
    model = forked;
    await record(a, onA);
    await a.seal(0);
  }, SLOW);
  afterAll(() => ledgers?.stop(), SLOW);

  test('chains know their para ids', async () => {
    expect([await onA.paraId(), await onB.paraId()]).toEqual([A, B]);
  });

  test(
    'nothing is sent to a chain that is not accepted',
    async () => {
      const { owner } = a.ledger;
      if ((await owner.chain.query('userModelSync', 'acceptedChains', B)) !== undefined) {
        await owner.refuseChain(sudo(), B).submit(SETTLED);
      }
      const notAccepted = failing('userModelSync.ChainNotAccepted');
      await expect(onA.syncModel(model.id, B)).rejects.toMatchObject(notAccepted);
      await expect(onA.estimateSync(model.id, B)).rejects.toMatchObject(notAccepted);
      await expect(owner.refuseChain(sudo(), B).submit()).rejects.toMatchObject(notAccepted);
      await expect(
        owner.acceptChain(sudo(), A, owner.chain.genesisHash).submit(),
      ).rejects.toMatchObject(failing('userModelSync.ChainIsSelf'));
      expect(() => owner.acceptSealingKey(sudo(), B, new Uint8Array(3))).toThrow(
        expect.objectContaining({ code: 'KEY_LENGTH' }),
      );
      await expect(
        owner.acceptChain(onA.context.identity.account, B, UNKNOWN).submit(),
      ).rejects.toThrow();
    },
    SLOW,
  );

  test(
    'nothing is sent, recorded or paid where there is no channel',
    async () => {
      const { owner } = a.ledger;
      if ((await owner.chain.query('userModelSync', 'acceptedChains', NOWHERE)) === undefined) {
        await owner.acceptChain(sudo(), NOWHERE, UNKNOWN).submit(SETTLED);
      }
      expect(await onA.syncChannel(NOWHERE)).toBeUndefined();
      const before = await balance(onA);
      await expect(onA.syncModel(model.id, NOWHERE)).rejects.toMatchObject(
        failing('userModelSync.ChannelNotOpen'),
      );
      expect(await onA.syncState(model.id, NOWHERE)).toBeUndefined();
      expect(await balance(onA)).toBe(before);
      await owner.refuseChain(sudo(), NOWHERE).submit(SETTLED);
    },
    SLOW,
  );

  test(
    'a chain with another genesis hash is not believed',
    async () => {
      const another = { para: a.para, ledger: b.ledger } as TestFederation;
      await Promise.all([a.listenTo(b), b.listenTo(another)]);
      const { messages, complete } = await onA.syncModel(model.id, B, WAIT);
      expect(complete).toBe(false);
      expect(messages).toMatchObject([{ nonce: 1n, status: 'Refused', reason: 'GenesisMismatch' }]);
      await b.listenTo(a);
    },
    SLOW,
  );

  test(
    'blocks sealed with a key that is not accepted are refused, and nothing is stored',
    async () => {
      const { messages, complete } = await onA.syncModel(model.id, B, WAIT);
      expect(complete).toBe(false);
      expect(messages).toMatchObject([
        { nonce: 2n, status: 'Refused', reason: 'SealingKeyNotAccepted', acknowledged: 0 },
      ]);
      expect(await onA.syncState(model.id, B)).toEqual(messages[0]);
      expect(await onB.mirror(A, model.id)).toBeUndefined();
      expect(await onB.userHistoryAcross(user)).toEqual([]);
      await a.showKeysTo(b);
    },
    SLOW,
  );

  test(
    'only the owner sends, and pays for it',
    async () => {
      const stranger = a.ledger.users[1] as LedgerClient;
      await expect(stranger.syncModel(model.id, B)).rejects.toMatchObject(
        failing('userModels.NotModelOwner'),
      );
      await expect(onA.syncModel(UNKNOWN, B)).rejects.toMatchObject(
        failing('userModels.ModelNotFound'),
      );
      await expect(onA.waitForSync(model.id, B, 1n)).rejects.toMatchObject(
        failing('SYNC_SUPERSEDED'),
      );
      const stop = new AbortController();
      const endless = onA.waitForSync(model.id, B, 9n, { signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(endless).rejects.toThrow('enough');
      await expect(onA.retrySync(UNKNOWN, B)).rejects.toMatchObject(failing('NOT_FOUND'));
      await expect((await onA.retrySync(model.id, B)).submit()).rejects.toMatchObject(
        failing('userModelSync.RequestResolved'),
      );
      await expect((await onA.expireSync(model.id, B)).submit()).rejects.toMatchObject(
        failing('userModelSync.RequestResolved'),
      );
    },
    SLOW,
  );

  test(
    'all that is sealed is shown, for the fee that was told before',
    async () => {
      const estimate = await onA.estimateSync(model.id, B);
      const progress: string[] = [];
      const before = await balance(onA);
      const { messages, complete } = await onA.syncModel(model.id, B, {
        ...WAIT,
        onProgress: ({ nonce, status }) => progress.push(`${nonce} ${status}`),
      });
      expect(complete).toBe(true);
      expect(messages).toMatchObject([
        { nonce: 3n, status: 'Acknowledged', first: 0, count: 1, acknowledged: 1 },
      ]);
      expect(progress.at(-1)).toBe('3 Acknowledged');
      const paid = before - (await balance(onA));
      expect(paid).toBeGreaterThan(estimate.message);
      expect(paid).toBeLessThanOrEqual(estimate.total);

      const mirror = await onB.mirror(A, model.id);
      const { op } = ops[0] as RecordedTraining;
      expect(mirror).toMatchObject({ head: op, length: 1, record: { userId: user, base: a.base } });
      expect((await onB.mirroredOps(A, model.id)).map(({ id }) => id)).toEqual([op]);
    },
    SLOW,
  );

  test(
    'what is known already is not sent again',
    async () => {
      const nothing = failing('userModelSync.NothingToSync');
      await expect(onA.syncModel(model.id, B)).rejects.toMatchObject(nothing);
      await expect(onA.estimateSync(model.id, B)).rejects.toMatchObject(nothing);
      await expect(onA.prepareSync(model.id, B).submit()).rejects.toMatchObject(nothing);
    },
    SLOW,
  );

  test(
    'an account that cannot pay sends nothing',
    async () => {
      const poor = a.ledger.owner.as(newIdentity());
      await a.ledger.fund([poor], UNIT);
      const forked = await a.ledger.fork(poor, a.base);
      const { message } = await poor.estimateSync(forked.id, B);
      const all = (await balance(poor)) - message / 2n;
      await pay(poor, onA, all);
      await expect(poor.prepareSync(forked.id, B).dryRun()).rejects.toMatchObject(
        failing('userModelSync.FeeNotPaid'),
      );
      expect(await poor.syncState(forked.id, B)).toBeUndefined();
    },
    SLOW,
  );

  test(
    'an op that is not sealed yet is not shown; once it is, it follows alone',
    async () => {
      await record(a, onA);
      const nothing = failing('userModelSync.NothingToSync');
      await expect(onA.syncModel(model.id, B)).rejects.toMatchObject(nothing);
      const genesis = onB.chain.genesisHash;
      const early = await onA.handOver(model.id, B, { base: b.base, genesis });
      await expect(early.dryRun()).rejects.toMatchObject(failing('userModelSync.HistoryNotSynced'));
      expect(await onA.handOverFee(model.id, B)).toBeUndefined();

      await a.seal(1);
      const { messages } = await onA.syncModel(model.id, B, WAIT);
      expect(messages).toMatchObject([{ nonce: 4n, status: 'Acknowledged', first: 1, count: 1 }]);
      expect(lines(await onB.userHistoryAcross(user))).toEqual([
        `0 ${A} ${ops[0]?.op}`,
        `1 ${A} ${ops[1]?.op}`,
      ]);
      expect(await onB.userHistoryAcross(user)).toEqual(await onA.userHistoryAcross(user));

      const mirrored = await onB.mirroredOps(A, model.id);
      const [first, second] = mirrored as [MirroredOp, MirroredOp];
      const end = await onB.mirror(A, model.id);
      const verify = (changed: readonly MirroredOp[], of = model.id): void =>
        verifyMirroredOps(onB.chain.codec, of, changed, end);
      verify(mirrored);
      const wrong = expect.objectContaining({ code: 'HASH_CHAIN_BROKEN' });
      const forged = { ...second, op: { ...second.op, prevHash: UNKNOWN } };
      expect(() => verify([first, forged])).toThrow(wrong);
      const renamed = { ...forged, id: opId(onB.chain.codec, forged.op) };
      for (const ops of [[first], [second, first], [first, renamed], [first, first, second]]) {
        expect(() => verify(ops)).toThrow(wrong);
      }
      expect(() => verify(mirrored, UNKNOWN)).toThrow(wrong);
    },
    SLOW,
  );

  test(
    'a hand-over that the target refuses leaves the model here',
    async () => {
      const genesis = onB.chain.genesisHash;
      const args = { base: b.base, genesis };
      const other = { owner: newIdentity() };
      await expect(onA.handOver(model.id, B, { ...args, ...other })).rejects.toMatchObject(
        failing('ARGUMENT_INVALID'),
      );
      const here = { ...args, genesis: onA.chain.genesisHash };
      await expect(onA.handOver(model.id, B, here)).rejects.toMatchObject(
        failing('ARGUMENT_INVALID'),
      );
      await expect(onA.handOver(UNKNOWN, B, args)).rejects.toMatchObject(failing('NOT_FOUND'));

      const refused = await handOver(onA, b, { base: UNKNOWN });
      expect(refused).toMatchObject({
        status: 'Refused',
        reason: 'BaseModelNotFound',
        isHandOver: true,
      });
      expect(await onA.custody(model.id)).toBeUndefined();
    },
    SLOW,
  );

  test(
    'handed over, a model is trained on where it is owned, and no more where it was',
    async () => {
      expect(await onA.handOverFee(model.id, B)).toBeGreaterThan(0n);
      expect(await handOver(onA, b)).toMatchObject({ status: 'Acknowledged', isHandOver: true });
      expect(await onA.custody(model.id)).toMatchObject({ type: 'HandedOver', value: { para: B } });
      await expect(
        (await onA.recordTraining(await a.ledger.training(model, 90))).dryRun(),
      ).rejects.toMatchObject(failing('userModels.ModelHandedOver'));

      expect((await onB.openModel(model.id)).weights).toEqual(model.weights);
      await record(b, onB);
      expect(ops[2]).toMatchObject({ index: 2 });
      expect((await onB.modelOps(model.id)).map(({ id }) => id)).toEqual(ops.map(({ op }) => op));
      await expect(onB.exportBundle(model)).rejects.toMatchObject(failing('HISTORY_ELSEWHERE'));
    },
    SLOW,
  );

  test(
    'what the other chain recorded is shown back, and the history is one on both',
    async () => {
      await b.seal(0);
      await b.showKeysTo(a);
      const { messages, complete } = await onB.syncModel(model.id, A, WAIT);
      expect(complete).toBe(true);
      expect(messages).toMatchObject([{ nonce: 1n, status: 'Acknowledged', first: 2, count: 1 }]);
      const history = await onA.userHistoryAcross(user);
      expect(lines(history)).toEqual([
        `0 ${A} ${ops[0]?.op}`,
        `1 ${A} ${ops[1]?.op}`,
        `2 ${B} ${ops[2]?.op}`,
      ]);
      expect(await onB.userHistoryAcross(user)).toEqual(history);
    },
    SLOW,
  );

  test(
    'a model comes back with everything',
    async () => {
      expect(await handOver(onB, a)).toMatchObject({ nonce: 2n, status: 'Acknowledged' });
      expect(await onA.custody(model.id)).toBeUndefined();
      expect(await onB.custody(model.id)).toMatchObject({ type: 'HandedOver', value: { para: A } });
      expect((await onA.modelOps(model.id)).map(({ id }) => id)).toEqual(ops.map(({ op }) => op));
      expect((await onA.openModel(model.id)).weights).toEqual(model.weights);
    },
    SLOW,
  );
});

async function balance({ chain, context }: LedgerClient): Promise<bigint> {
  const account = await chain.api.query['system']?.['account']?.(context.identity.account.address);
  return BigInt(
    (account as unknown as { data: { free: { toString(): string } } }).data.free.toString(),
  );
}

/** Transfers what an account has, all but `rest` plancks and the fee. */
async function pay(from: LedgerClient, to: LedgerClient, amount: bigint): Promise<void> {
  const transfer = from.chain.api.tx['balances']?.['transferKeepAlive']?.(
    to.context.identity.account.address,
    amount,
  );
  if (transfer === undefined) throw new Error('The chain has no balances.');
  await from.chain.wrap(from.context.identity.account, transfer).submit(SETTLED);
}
