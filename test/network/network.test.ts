// SPDX-License-Identifier: Apache-2.0
// What both networks have to be: two parachains that go on, and messages between them.
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { ask, readHeights } from '@training-ledger/scripts';
import { LedgerChain } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  connect,
  connectBy,
  FINAL,
  IN_BLOCK,
  isChosen,
  isReal,
  type NetworkUnderTest,
  networkUnderTest,
  realNetwork,
  submit,
  type Untyped,
} from './network-under-test.ts';

const UNIT = 1_000_000_000_000n;
const PARA_IDS = [1000, 2000] as const;
const ROUTES = [
  [1000, 2000],
  [2000, 1000],
] as const;

const destinationOf = (paraId: number): object => ({
  V5: { parents: 1, interior: { X1: [{ Parachain: paraId }] } },
});

describe.runIf(isChosen)('the network', () => {
  let network: NetworkUnderTest;
  const apis = new Map<number, ApiPromise>();
  const api = (paraId: number): Untyped => apis.get(paraId);
  const keyring = new Keyring({ type: 'sr25519' });

  beforeAll(async () => {
    network = await networkUnderTest();
    for (const paraId of PARA_IDS) apis.set(paraId, await connect(network.endpoint(paraId)));
  });
  afterAll(async () => {
    for (const connected of apis.values()) await connected.disconnect();
    await network?.stop();
  });

  test.each(PARA_IDS)('parachain %i is the one of its id', async (paraId) => {
    expect((await api(paraId).query.parachainInfo.parachainId()).toNumber()).toBe(paraId);
  });

  test.each(PARA_IDS)('parachain %i produces and finalises blocks', async (paraId) => {
    const heights = async () => ({
      best: (await api(paraId).rpc.chain.getHeader()).number.toNumber(),
      finalised: (
        await api(paraId).rpc.chain.getHeader(await api(paraId).rpc.chain.getFinalizedHead())
      ).number.toNumber(),
    });
    const before = await heights();
    await expect
      .poll(async () => (await heights()).best, { timeout: IN_BLOCK })
      .toBeGreaterThan(before.best + 1);
    await expect
      .poll(async () => (await heights()).finalised, { timeout: FINAL })
      .toBeGreaterThan(before.finalised + 1);
  });

  test.each(ROUTES)('a channel is open from %i to %i', async (from, to) => {
    const open = async (): Promise<unknown[]> => {
      const state = await api(from).query.parachainSystem.relevantMessagingState();
      return state.unwrap().egressChannels.map(([id]: [Untyped]) => id.toNumber());
    };
    await expect.poll(open, { timeout: IN_BLOCK }).toContain(to);
  });

  /** Sends a message as the chain `from`. */
  async function sendMessage(from: number, to: number, message: Untyped): Promise<void> {
    const call = api(from).tx.polkadotXcm.send(destinationOf(to), { V5: message });
    const alice = keyring.addFromUri('//Alice');
    await submit(api(from), api(from).tx.sudo.sudo(call), alice);
  }

  /** Sends a message that pays somebody, and waits until that one is paid. */
  async function pay(from: number, to: number): Promise<void> {
    // On the receiving chain, the sender's account pays for what its message does.
    const sovereign = new Uint8Array(32);
    sovereign.set(new TextEncoder().encode('sibl'));
    new DataView(sovereign.buffer).setUint32(4, from, true);
    const funding = api(to).tx.balances.transferKeepAlive(sovereign, 100n * UNIT);
    await submit(api(to), funding, keyring.addFromUri('//Alice'));
    const beneficiary = keyring.addFromUri(`//Beneficiary/${from}/${to}/${Date.now()}`).publicKey;
    const assets = [{ id: { parents: 0, interior: 'Here' }, fun: { Fungible: 50n * UNIT } }];
    const account = { AccountId32: { id: beneficiary } };
    await sendMessage(from, to, [
      { WithdrawAsset: assets },
      { BuyExecution: { fees: assets[0], weightLimit: 'Unlimited' } },
      {
        DepositAsset: {
          assets: { Wild: { AllCounted: 1 } },
          beneficiary: { parents: 0, interior: { X1: [account] } },
        },
      },
    ]);
    const received = async (): Promise<bigint> =>
      (await api(to).query.system.account(beneficiary)).data.free.toBigInt();
    await expect.poll(received, { timeout: FINAL }).toBeGreaterThan(40n * UNIT);
  }

  test.each(ROUTES)('a message goes from %i to %i and is paid there', pay, 400_000);

  test('the largest message that is taken leaves, and so does what comes after it', async () => {
    const [from, to] = ROUTES[1];
    const large = (bytes: number): Untyped => {
      const call = { encoded: `0x${'00'.repeat(bytes)}` };
      return [{ Transact: { originKind: 'Xcm', fallbackMaxWeight: null, call } }];
    };
    const isTaken = async (bytes: number): Promise<boolean> => {
      const { polkadotXcm } = api(from).tx;
      const call = polkadotXcm.send(destinationOf(to), { V5: large(bytes) });
      const tried = await api(from).call.dryRunApi.dryRunCall({ system: 'Root' }, call.method, 5);
      return tried.asOk.executionResult.isOk;
    };
    let [taken, refused] = [100_000, 110_000];
    expect([await isTaken(taken), await isTaken(refused)]).toEqual([true, false]);
    while (refused - taken > 1) {
      const middle = Math.floor((taken + refused) / 2);
      if (await isTaken(middle)) taken = middle;
      else refused = middle;
    }
    await sendMessage(from, to, large(taken));
    await pay(from, to);
  }, 600_000);

  test('a transaction is answered though its block is read late', async () => {
    // The node says that the block is final before it has shown what is in it.
    class LateProvider extends WsProvider {
      override async send<T>(method: string, ...rest: [unknown[], boolean?]): Promise<T> {
        if (method === 'chain_getBlock') await sleep(1_000);
        return super.send(method, ...rest);
      }
    }
    const late = await connectBy(new LateProvider(network.endpoint(1000), 1_000));
    try {
      const remark = (late as Untyped).tx.system.remark('0x00');
      expect(await submit(late, remark, keyring.addFromUri('//Alice'))).toBeGreaterThan(0);
    } finally {
      await late.disconnect();
    }
  }, 400_000);

  test('transactions that come at once, on both chains and between messages, are all answered', async () => {
    const alice = keyring.addFromUri('//Alice');
    const flood = async ([from, to]: (typeof ROUTES)[number]): Promise<number[]> => {
      const { balances, polkadotXcm, sudo, system, utility } = api(from).tx;
      const many = Array.from({ length: 10 }, (_, i) =>
        keyring.addFromUri(`//Many/${from}/${Date.now()}/${i}`),
      );
      const gifts = many.map(({ address }) => balances.transferKeepAlive(address, UNIT));
      await submit(api(from), utility.batchAll(gifts), alice);
      const destination = { V5: { parents: 1, interior: { X1: [{ Parachain: to }] } } };
      const messages = async (): Promise<number[]> => {
        const numbers: number[] = [];
        for (let i = 0; i < 3; i++) {
          const send = sudo.sudo(polkadotXcm.send(destination, { V5: [{ Trap: i }] }));
          numbers.push(await submit(api(from), send, alice));
        }
        return numbers;
      };
      const remarks = many.map((account) => submit(api(from), system.remark('0x00'), account));
      return (await Promise.all([messages(), ...remarks])).flat();
    };
    const numbers = (await Promise.all(ROUTES.map(flood))).flat();
    expect(numbers).toHaveLength(26);
    for (const number of numbers) expect(number).toBeGreaterThan(0);
  }, 400_000);

  describe.runIf(isReal)('with a relay chain (the embedded network has none)', () => {
    test('the relay chain finalises', async () => {
      const { relayEndpoint } = await realNetwork();
      const { finalised } = await readHeights(relayEndpoint);
      await expect
        .poll(async () => (await readHeights(relayEndpoint)).finalised, { timeout: FINAL })
        .toBeGreaterThan(finalised);
    });

    test('the relay chain holds the channels, as large as it allows', async () => {
      const relay = await connect((await realNetwork()).relayEndpoint);
      try {
        const entries = await (relay as Untyped).query.hrmp.hrmpChannels.entries();
        const channels = entries.map(([{ args }, channel]: [Untyped, Untyped]) => [
          args[0].sender.toNumber(),
          args[0].recipient.toNumber(),
          channel.unwrap().maxMessageSize.toNumber(),
          channel.unwrap().maxTotalSize.toNumber(),
        ]);
        expect(channels.sort()).toEqual(ROUTES.map((route) => [...route, 102_400, 102_400]));
      } finally {
        await relay.disconnect();
      }
    });

    test('clients that share an account submit at once and none of their calls is lost', async () => {
      const { endpoint } = (await realNetwork()).chain(1000);
      const alice = keyring.addFromUri('//Alice');
      const clients = await Promise.all([
        LedgerChain.connect(endpoint),
        LedgerChain.connect(endpoint),
      ]);
      try {
        const beneficiary = keyring.addFromUri(`//Shared/${Date.now()}`).publicKey;
        const gifts = clients.flatMap((client) =>
          Array.from({ length: 5 }, () => {
            const gift = (client.api as Untyped).tx.balances.transferKeepAlive(beneficiary, UNIT);
            return client.wrap(alice, gift).submit({ finalized: true, timeout: FINAL });
          }),
        );
        await Promise.all(gifts);
        const { data } = await api(1000).query.system.account(beneficiary);
        expect(data.free.toBigInt()).toBe(10n * UNIT);
      } finally {
        await Promise.all(clients.map((client) => client.disconnect()));
      }
    }, 400_000);

    test('every node serves JSON-RPC on the loopback interface', async () => {
      const { nodes } = await realNetwork();
      expect(nodes).toHaveLength(4);
      for (const { name, endpoint } of nodes) {
        expect(endpoint).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
        expect(await ask(endpoint, 'system_name'), name).toBeTruthy();
      }
    });
  });
});
