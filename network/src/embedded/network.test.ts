// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { chainSpecPath } from '@training-ledger/runtime-types/files';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServedChain } from './chain.ts';
import { EmbeddedNetwork } from './network.ts';

const UNIT = 1_000_000_000_000n;
/** Milliseconds that a block moves the chain's clock. */
const SLOT = 6_000;
const extension = { extrinsic: {}, payload: {} };

async function connect(endpoint: string): Promise<ApiPromise> {
  const provider = new WsProvider(endpoint, false);
  await provider.connect();
  const signedExtensions = { AuthorizeCall: extension, ImmutableRecords: extension };
  return ApiPromise.create({ provider, noInitWarn: true, signedExtensions });
}

/** What the runtime of a test may be read as without its types. */
// biome-ignore lint/suspicious/noExplicitAny: polkadot-js types of a runtime that this package does not declare
type Untyped = any;

describe('the embedded network', () => {
  let network: EmbeddedNetwork;
  let ledger: ApiPromise;
  let sibling: ApiPromise;
  let alice: KeyringPair;
  let bob: KeyringPair;
  const failures: unknown[] = [];

  beforeAll(async () => {
    network = await EmbeddedNetwork.start({
      heartbeat: 0,
      onFailure: (_, error) => failures.push(error),
    });
    ledger = await connect(network.chain(1000).endpoint);
    sibling = await connect(network.chain(2000).endpoint);
    const keyring = new Keyring({ type: 'sr25519' });
    alice = keyring.addFromUri('//Alice');
    bob = keyring.addFromUri('//Bob');
  });

  afterAll(async () => {
    await ledger?.disconnect();
    await sibling?.disconnect();
    await network?.stop();
    expect(failures).toEqual([]);
  });

  /** Submits and waits for the block. */
  function submit(api: ApiPromise, call: Untyped, signer = alice): Promise<Untyped> {
    return new Promise((resolve, reject) => {
      let unsubscribe: (() => void) | undefined;
      call
        .signAndSend(signer, { nonce: -1 }, (result: Untyped) => {
          // polkadot-js leaves out the first of the two if the second comes before it has read the block's events.
          if (!result.isInBlock && !result.isFinalized) return;
          unsubscribe?.();
          if (result.dispatchError === undefined) resolve(result);
          else reject(new Error(api.findError(result.dispatchError.asModule.toU8a()).name));
        })
        .then((stop: () => void) => {
          unsubscribe = stop;
        }, reject);
    });
  }

  const timeAt = async (hash: Uint8Array): Promise<number> =>
    Number(String(await ((await ledger.at(hash)) as Untyped).query.timestamp.now()));

  test('listens on the loopback interface only', () => {
    for (const { endpoint } of network.chains)
      expect(endpoint).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
  });

  test("block 1's parent is the genesis hash that proofs are bound to", async () => {
    const first = await ledger.rpc.chain.getHeader(await ledger.rpc.chain.getBlockHash(1));
    const genesis = await ledger.rpc.chain.getHeader(ledger.genesisHash);
    expect(first.parentHash.toHex()).toBe(ledger.genesisHash.toHex());
    expect(genesis.hash.toHex()).toBe(ledger.genesisHash.toHex());
    expect((await (ledger as Untyped).query.system.blockHash(0)).toHex()).toBe(
      ledger.genesisHash.toHex(),
    );
  });

  test('the two chains have different genesis hashes', () => {
    expect(ledger.genesisHash.toHex()).not.toBe(sibling.genesisHash.toHex());
  });

  test("a block moves the chain's time by one slot", async () => {
    await network.chain(1000).newBlock();
    const { hash, parentHash } = await ledger.rpc.chain.getHeader();
    const [after, before] = await Promise.all([hash, parentHash].map(timeAt));
    expect(after).toBe((before as number) + SLOT);
  });

  test('a signed transaction is included at once, without a heartbeat', async () => {
    const read = async (): Promise<bigint> =>
      (await (ledger as Untyped).query.system.account(bob.address)).data.free.toBigInt();
    const before = await read();
    await submit(ledger, (ledger as Untyped).tx.balances.transferKeepAlive(bob.address, UNIT));
    expect(await read()).toBe(before + UNIT);
  });

  test('transactions of one account that come out of order are all taken, in order', async () => {
    const next = async (): Promise<number> =>
      (await ledger.rpc.system.accountNextIndex(bob.address)).toNumber();
    const nonce = await next();
    const remark = async (at: number): Promise<void> => {
      const call = (ledger as Untyped).tx.system.remark(`0x0${at % 10}`);
      await call.signAsync(bob, { nonce: at });
      await ledger.rpc.author.submitExtrinsic(call.toHex());
    };
    await remark(nonce + 2);
    await expect.poll(() => network.chain(1000).height).toBeGreaterThan(0);
    // The next one that is missing, not one after all that wait.
    expect(await next()).toBe(nonce);
    await remark(nonce + 1);
    await remark(nonce);
    await expect.poll(async () => (await ledger.rpc.author.pendingExtrinsics()).length).toBe(0);
    expect(await next()).toBe(nonce + 3);
  });

  test('a transaction with a forged signature is refused', async () => {
    const call = (ledger as Untyped).tx.balances.transferKeepAlive(bob.address, UNIT);
    await call.signAsync(alice, { nonce: -1 });
    const bytes: Uint8Array = call.toU8a();
    // The signature follows the address: length, version, MultiAddress::Id, account, MultiSignature::Sr25519.
    const at = bytes.findIndex(
      (_, i) => u8aToHex(bytes.subarray(i, i + 32)) === u8aToHex(alice.publicKey),
    );
    bytes[at + 40] = (bytes[at + 40] as number) ^ 1;
    await expect(ledger.rpc.author.submitExtrinsic(u8aToHex(bytes))).rejects.toThrow(
      /BadProof|1010/,
    );
  });

  test('fees can be estimated and calls tried without submitting them', async () => {
    const call = (ledger as Untyped).tx.balances.transferKeepAlive(bob.address, UNIT);
    const info = await call.paymentInfo(alice);
    expect(info.partialFee.toBigInt()).toBeGreaterThan(0n);
    const origin = { system: { Signed: alice.address } };
    const { dryRunApi } = (ledger as Untyped).call;
    const good = await dryRunApi.dryRunCall(origin, call, 5);
    expect(good.asOk.executionResult.isOk).toBe(true);
    const everything = (ledger as Untyped).tx.balances.transferKeepAlive(bob.address, 10n ** 30n);
    const bad = await dryRunApi.dryRunCall(origin, everything, 5);
    expect(bad.asOk.executionResult.isErr).toBe(true);
  });

  test('messages go from one chain to the other and are paid there', async () => {
    const sovereign = u8aConcat(stringToU8a('sibl'), Uint8Array.of(0xe8, 0x03), new Uint8Array(26));
    await submit(
      sibling,
      (sibling as Untyped).tx.balances.transferKeepAlive(sovereign, 100n * UNIT),
    );
    const beneficiary = new Keyring({ type: 'sr25519' }).addFromUri('//XcmBeneficiary').publicKey;
    const assets = [{ id: { parents: 0, interior: 'Here' }, fun: { Fungible: 50n * UNIT } }];
    const message = {
      V5: [
        { WithdrawAsset: assets },
        { BuyExecution: { fees: assets[0], weightLimit: 'Unlimited' } },
        {
          DepositAsset: {
            assets: { Wild: { AllCounted: 1 } },
            beneficiary: { parents: 0, interior: { X1: [{ AccountId32: { id: beneficiary } }] } },
          },
        },
      ],
    };
    const destination = { V5: { parents: 1, interior: { X1: [{ Parachain: 2000 }] } } };
    const send = (ledger as Untyped).tx.polkadotXcm.send(destination, message);
    await submit(ledger, (ledger as Untyped).tx.sudo.sudo(send));
    const received = async (): Promise<bigint> =>
      (await (sibling as Untyped).query.system.account(beneficiary)).data.free.toBigInt();
    await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(40n * UNIT);
  });

  test('a client killed with open subscriptions does not disturb the others', async () => {
    const code = `
      import { ApiPromise, WsProvider } from '@polkadot/api';
      const api = await ApiPromise.create({ provider: new WsProvider('${network.chain(1000).endpoint}'), noInitWarn: true });
      await api.rpc.chain.subscribeNewHeads(() => {});
      await api.query.system.events(() => console.log('subscribed'));
    `;
    const here = fileURLToPath(new URL('.', import.meta.url));
    const args = ['--input-type=module', '--eval', code];
    const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = network.chain(1000).height;
    await network.chain(1000).newBlock();
    await submit(ledger, (ledger as Untyped).tx.system.remark('0x01'));
    expect(network.chain(1000).height).toBeGreaterThanOrEqual(before + 2);
  });

  test('garbage from a client is answered with an error', async () => {
    const socket = new WebSocket(network.chain(1000).endpoint);
    await once(socket as unknown as NodeJS.EventEmitter, 'open').catch(() => undefined);
    const answer = await new Promise<string>((resolve, reject) => {
      socket.onmessage = ({ data }) => resolve(String(data));
      socket.onerror = () => reject(new Error('the socket failed'));
      if (socket.readyState === WebSocket.OPEN) socket.send('not JSON');
      else socket.onopen = () => socket.send('not JSON');
    });
    socket.close();
    expect(JSON.parse(answer).error).toBeDefined();
  });
});

test('a heartbeat lets time pass on a quiet chain', async () => {
  await using network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 50 });
  const [chain] = network.chains;
  const start = chain?.height as number;
  await expect.poll(() => chain?.height, { timeout: 20_000 }).toBeGreaterThan(start + 2);
});

test('a chain that is paused makes no blocks, and then those that were asked for', async () => {
  await using network = await EmbeddedNetwork.start({ paraIds: [1000], heartbeat: 0 });
  const chain = network.chain(1000);
  const { height } = chain;
  chain.pause();
  const block = chain.newBlock();
  await sleep(500);
  expect(chain.height).toBe(height);
  chain.resume();
  await block;
  expect(chain.height).toBe(height + 1);
  // A stopped network waits for nobody.
  chain.pause();
});

test('a block that cannot be built is told, and the chain goes on', async () => {
  const failures: unknown[] = [];
  let isClockBroken = false;
  const chain = await ServedChain.start(1000, chainSpecPath(1000), 0, {
    now: () => (isClockBroken ? Number.NaN : Date.now()),
    onFailure: (error) => failures.push(error),
  });
  const { height } = chain;
  isClockBroken = true;
  await expect(chain.newBlock()).rejects.toMatchObject({ code: 'BLOCK_FAILED' });
  isClockBroken = false;
  expect(failures).toHaveLength(1);
  await chain.newBlock();
  expect(chain.height).toBe(height + 1);
  await chain.close();
});

test('a stopped network leaves nothing behind that keeps the process alive', async () => {
  const module = new URL('./network.ts', import.meta.url).href;
  const code = `
    const { EmbeddedNetwork } = await import('${module}');
    const network = await EmbeddedNetwork.start({ heartbeat: 100 });
    const socket = new WebSocket(network.chains[0].endpoint);
    await new Promise((resolve) => { socket.onopen = resolve; });
    await network.stop();
    await network.stop();
    console.log('stopped');
  `;
  const folder = await mkdtemp(join(tmpdir(), 'embedded-network-'));
  const file = join(folder, 'main.mjs');
  await writeFile(file, code);
  const args = ['--conditions=@training-ledger/source', file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  expect(String(await once(child.stdout, 'data'))).toContain('stopped');
  expect((await exited)[0]).toBe(0);
  await rm(folder, { recursive: true });
});
