// SPDX-License-Identifier: Apache-2.0
// Calls from estimate to block, and connections that do not hold.
import { LedgerClient, MemoryContentStore, type PreparedCall } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Relay } from '../relay.ts';
import { failing, RULES, sudo, TestLedger, UNIT, UNKNOWN } from './ledger.ts';

let ledger: TestLedger;
let alice: LedgerClient;

beforeAll(async () => {
  ledger = await TestLedger.start(1);
  [alice] = ledger.users as [LedgerClient];
});

afterAll(() => ledger?.stop());

const addressOf = (client: LedgerClient): string => client.context.identity.account.address;

/** A transfer of tokens: a call that does not need the ledger's state. */
function transfer(from: LedgerClient, to: string, amount: bigint): PreparedCall<void> {
  const { chain, context } = from;
  const call = chain.api.tx['balances']?.['transferKeepAlive']?.(to, amount);
  return chain.wrap(context.identity.account, call as never);
}

async function freeBalance(address: string): Promise<bigint> {
  const account = await ledger.owner.chain.api.query['system']?.['account']?.(address);
  return (account as unknown as { data: { free: { toBigInt(): bigint } } }).data.free.toBigInt();
}

describe('a prepared call', () => {
  it('is estimated without being submitted, and costs what was estimated', async () => {
    const to = addressOf(ledger.stranger());
    const before = await freeBalance(addressOf(alice));
    const call = transfer(alice, to, UNIT);
    const { fee, weight } = await call.estimate();
    expect(fee).toBeGreaterThan(0n);
    expect(weight.refTime).toBeGreaterThan(0n);
    expect(weight.proofSize).toBeGreaterThan(0n);
    expect(await freeBalance(addressOf(alice))).toBe(before);
    const { blockHash, txHash } = await call.submit();
    expect([blockHash, txHash].every((hash) => /^0x[0-9a-f]{64}$/.test(hash))).toBe(true);
    expect(await freeBalance(to)).toBe(UNIT);
    expect(before - UNIT - (await freeBalance(addressOf(alice)))).toBe(fee);
  });

  it('costs more the more is to be verified', async () => {
    const { account } = alice.context.identity;
    const proven = alice.chain.prepare(account, 'userModels', 'exportModel', {
      model: UNKNOWN,
      nullifier: UNKNOWN,
      proof: `0x${'00'.repeat(128)}`,
    });
    const plain = alice.chain.prepare(account, 'userModels', 'adoptGeneration', { model: UNKNOWN });
    const [more, less] = await Promise.all([proven.estimate(), plain.estimate()]);
    expect(more.weight.refTime).toBeGreaterThan(less.weight.refTime);
    expect(more.fee).toBeGreaterThan(less.fee);
  });

  it('that runs dry changes nothing', async () => {
    const to = addressOf(ledger.stranger());
    await transfer(alice, to, UNIT).dryRun();
    expect(await freeBalance(to)).toBe(0n);
  });

  it('waits for finality where that is asked for', async () => {
    const { blockHash } = await transfer(alice, addressOf(ledger.owner), UNIT).submit({
      finalized: true,
    });
    const { api } = alice.chain;
    const [header, head] = await Promise.all([
      api.rpc.chain.getHeader(blockHash),
      api.rpc.chain.getFinalizedHead().then((hash) => api.rpc.chain.getHeader(hash)),
    ]);
    expect(head.number.toNumber()).toBeGreaterThanOrEqual(header.number.toNumber());
  });

  it("fails with the ledger's error, dry or submitted", async () => {
    const { account } = alice.context.identity;
    const call = alice.chain.prepare(account, 'userModels', 'adoptGeneration', { model: UNKNOWN });
    const error = {
      name: 'UserModelsModelNotFoundError',
      ...failing('userModels.ModelNotFound'),
    };
    await expect(call.dryRun()).rejects.toMatchObject(error);
    await expect(call.submit()).rejects.toMatchObject(error);
  });

  it('fails with a typed error for what is not of the ledger', async () => {
    const poor = transfer(alice, addressOf(ledger.owner), 10n ** 30n);
    await expect(poor.dryRun()).rejects.toMatchObject({
      name: expect.stringMatching(/Error$/),
      code: expect.any(String),
    });
    const { api } = alice.chain;
    const root = api.tx['system']?.['setHeapPages']?.(1n);
    const call = alice.chain.wrap(alice.context.identity.account, root as never);
    const failed = { name: 'SdkError', ...failing('TRANSACTION_FAILED') };
    await expect(call.dryRun()).rejects.toMatchObject(failed);
    await expect(call.submit()).rejects.toMatchObject(failed);
  });

  it('within another one fails as that one does', async () => {
    const { api } = alice.chain;
    const call = alice.chain.extrinsic('userModels', 'adoptGeneration', { model: UNKNOWN });
    const wrapped = alice.chain.wrap(sudo(), api.tx['sudo']?.['sudo']?.(call) as never);
    await expect(wrapped.submit()).rejects.toMatchObject({ code: expect.any(String) });
  });

  it('of an account without money is no valid transaction', async () => {
    const stranger = ledger.stranger();
    await expect(transfer(stranger, addressOf(alice), 1n).submit()).rejects.toMatchObject(
      failing('TRANSACTION_INVALID'),
    );
  });

  it('that would write storage directly is refused even to root', async () => {
    const { api } = alice.chain;
    const key = api.query['trainingLedger']?.['lastBlock']?.key() as string;
    const write = api.tx['system']?.['setStorage']?.([[key, '0x00']]);
    const call = alice.chain.wrap(sudo(), api.tx['sudo']?.['sudo']?.(write as never) as never);
    await expect(call.submit()).rejects.toMatchObject({
      ...failing('TRANSACTION_INVALID'),
      details: expect.stringContaining('records cannot be changed'),
    });
  });

  it('of another type than the chain has is refused before it is sent', () => {
    const { account } = alice.context.identity;
    const model = '0x00' as const;
    expect(() => alice.chain.prepare(account, 'userModels', 'adoptGeneration', { model })).toThrow(
      expect.objectContaining(failing('ARGUMENT_INVALID')),
    );
    expect(() =>
      alice.chain.prepare(account, 'userModels', 'nothing' as never, {} as never),
    ).toThrow(expect.objectContaining(failing('NOT_FOUND')));
  });
});

describe('a read', () => {
  it('by a key that is not of its type is refused', async () => {
    const { chain } = alice;
    for (const keys of [['0x00'], [7], [UNKNOWN, UNKNOWN]]) {
      await expect(
        chain.query('userModels', 'userModels', ...(keys as [typeof UNKNOWN])),
      ).rejects.toMatchObject(failing('ARGUMENT_INVALID'));
    }
    await expect(chain.entries('zkpot', 'rounds', '0x')).rejects.toMatchObject(
      failing('ARGUMENT_INVALID'),
    );
    await expect(chain.entries('trainingLedger', 'lastBlock', UNKNOWN)).rejects.toMatchObject(
      failing('ARGUMENT_INVALID'),
    );
  });

  it('of what the chain does not have is refused', async () => {
    const { chain } = alice;
    await expect(chain.query('zkpot', 'nothing' as never)).rejects.toMatchObject(
      failing('NOT_FOUND'),
    );
    await expect(
      chain.runtimeApi('trainingLedgerApi', 'nothing' as never, {} as never),
    ).rejects.toMatchObject(failing('NOT_FOUND'));
  });
});

describe('a block that does not exist', () => {
  it('is NOT_FOUND, and reading it changes nothing', async () => {
    const { chain } = alice;
    const genesis = await chain.api.rpc.chain.getBlockHash(0);
    await expect(chain.queryAt(UNKNOWN, 'zkpot', 'activeRounds')).rejects.toMatchObject(
      failing('NOT_FOUND'),
    );
    expect(await chain.api.rpc.chain.getBlockHash(0)).toEqual(genesis);
    await transfer(alice, addressOf(ledger.owner), UNIT).submit();
  });
});

describe('calls side by side', () => {
  it('of one account all get into blocks, each once', async () => {
    const to = addressOf(ledger.owner);
    const before = await freeBalance(to);
    const calls = [1n, 2n, 4n, 8n].map((amount) => transfer(alice, to, amount));
    const done = await Promise.all(calls.map((call) => call.submit()));
    expect(new Set(done.map(({ txHash }) => txHash)).size).toBe(calls.length);
    expect(await freeBalance(to)).toBe(before + 15n);
  });

  it('go on after one that was refused', async () => {
    const to = addressOf(ledger.owner);
    const { account } = alice.context.identity;
    const refused = alice.chain.prepare(account, 'userModels', 'adoptGeneration', {
      model: UNKNOWN,
    });
    const outcomes = await Promise.allSettled(
      [transfer(alice, to, 1n), refused, transfer(alice, to, 2n)].map((call) => call.submit()),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await transfer(alice, to, 3n).submit();
  });
});

describe('a connection', () => {
  const options = () => {
    const { identity, prover } = alice.context;
    return { identity, prover, store: new MemoryContentStore() };
  };

  it('to where no node answers fails in time', async () => {
    const relay = await new Relay(ledger.endpoint).open();
    relay.isSilent = true;
    const silent = LedgerClient.connect({ ...options(), endpoint: relay.endpoint, timeout: 500 });
    await expect(silent).rejects.toMatchObject(failing('NOT_CONNECTED'));
    await relay.cut();
    const nobody = LedgerClient.connect({ ...options(), endpoint: relay.endpoint, timeout: 500 });
    await expect(nobody).rejects.toMatchObject(failing('NOT_CONNECTED'));
    await expect(
      LedgerClient.connect({ ...options(), endpoint: 'http://127.0.0.1' }),
    ).rejects.toMatchObject(failing('ARGUMENT_INVALID'));
  });

  it('that is lost comes back; what was asked meanwhile fails, subscriptions go on', async () => {
    const relay = await new Relay(ledger.endpoint).open();
    const client = await LedgerClient.connect({ ...options(), endpoint: relay.endpoint });
    const phases = { ...RULES.phases, collect: 3 };
    const base = await ledger.registerBase({ phases });
    await ledger.formCommittee(base);
    await ledger.owner.openRound(base).submit();
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { index, round } of client.subscribeRounds(base, { signal: stop.signal })) {
        seen.push(`${index} ${round.phase}`);
      }
    })();
    await expect.poll(() => seen).toEqual(['0 Collect']);

    const call = transfer(client, addressOf(ledger.owner), 1n);
    await relay.cut();
    await expect.poll(() => client.chain.api.isConnected).toBe(false);
    const lost = failing('NOT_CONNECTED');
    await expect(client.getBlock(1n)).rejects.toMatchObject(lost);
    await expect(client.openModel(UNKNOWN)).rejects.toMatchObject(lost);
    await expect(call.estimate()).rejects.toMatchObject(lost);
    await expect(call.dryRun()).rejects.toMatchObject(lost);
    await expect(call.submit()).rejects.toMatchObject(lost);

    // The round ends without ops, and another one begins, while nobody is there to see it.
    await ledger.pass(3);
    await ledger.owner.openRound(base).submit();
    await relay.open();
    await expect
      .poll(() => seen, { timeout: 20_000 })
      .toEqual(['0 Collect', '0 Closed', '1 Collect']);
    await call.submit();
    stop.abort();
    await watching;

    // Lost while a transaction is on its way: nobody knows whether it is in a block.
    relay.isSilent = true;
    const pending = transfer(client, addressOf(ledger.owner), 2n).submit();
    pending.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    await relay.cut();
    await expect(pending).rejects.toMatchObject(lost);
    await client.disconnect();
  });

  it('that is silent lets a submission end in time', async () => {
    const relay = await new Relay(ledger.endpoint).open();
    const client = await LedgerClient.connect({ ...options(), endpoint: relay.endpoint });
    const call = transfer(client, addressOf(ledger.owner), 1n);
    await call.submit();
    relay.isSilent = true;
    await expect(call.submit({ timeout: 500 })).rejects.toMatchObject(
      failing('TRANSACTION_TIMEOUT'),
    );
    await client.disconnect();
    await relay.cut();
  });
});
