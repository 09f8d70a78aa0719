// SPDX-License-Identifier: Apache-2.0
// Verified reads against the real network: the embedded one has neither finality nor nodes that give proofs.
import { readFile } from 'node:fs/promises';
import { Keyring } from '@polkadot/keyring';
import { blake2AsU8a, xxhashAsU8a } from '@polkadot/util-crypto';
import { type AttachedNetwork, ask } from '@training-ledger/scripts';
import { createVerifiedReader, type VerifiedReader } from '@training-ledger/sdk/light';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, FINAL, isReal, realNetwork, submit, type Untyped } from './network-under-test.ts';

type Hex = `0x${string}`;
const UNIT = 1_000_000_000_000n;
/** Milliseconds within which a light client of this network has synchronised many times over. */
const SYNCED = 30_000;

/** Key of `System.Account` of an account. */
const accountKey = (account: Uint8Array): Hex => {
  const parts = [
    xxhashAsU8a('System', 128),
    xxhashAsU8a('Account', 128),
    blake2AsU8a(account, 128),
  ];
  return `0x${Buffer.concat([...parts, account]).toString('hex')}`;
};

describe.runIf(isReal)('the light client', () => {
  let network: AttachedNetwork;
  let relaySpec: string;
  let paraSpec: string;
  let reader: VerifiedReader;
  // The sudo's account is used by suites that run at the same time.
  const charlie = new Keyring({ type: 'sr25519' }).addFromUri('//Charlie');

  beforeAll(async () => {
    network = await realNetwork();
    relaySpec = await readFile(network.relaySpecPath, 'utf8');
    paraSpec = await readFile(network.chain(1000).specPath, 'utf8');
    reader = await createVerifiedReader({ relaySpec, paraSpec });
  });
  afterAll(() => reader?.close());

  /** What the collator says is at a key in a block. */
  const told = (key: Hex, hash: Hex): Promise<Hex | null> =>
    ask(network.chain(1000).endpoint, 'state_getStorage', [key, hash]);

  test('knows the finalised block that the relay chain knows', async () => {
    const { hash, number } = await reader.finalised();
    expect(number).toBeGreaterThan(0);
    const { endpoint } = network.chain(1000);
    expect(await ask(endpoint, 'chain_getBlockHash', [number])).toBe(hash);
  });

  test('reads with proofs what the node says without', async () => {
    const key = accountKey(charlie.publicKey);
    const { value, verified, block } = await reader.storage(key);
    expect(verified).toBe(true);
    expect(value).toMatch(/^0x/);
    expect(value).toBe(await told(key, block.hash));
  });

  test('proves that there is nothing', async () => {
    const nobody = new Keyring({ type: 'sr25519' }).addFromUri('//Nobody').publicKey;
    expect((await reader.storage(accountKey(nobody))).value).toBeNull();
    const id: Hex = `0x${'77'.repeat(32)}`;
    expect((await reader.query('userModels', 'userModels', id)).value).toBeUndefined();
    expect((await reader.entries('userModels', 'versions', id)).value).toEqual([]);
  });

  test("reads the ledger's storage by its names and types", async () => {
    const { value, block } = await reader.query('userModels', 'nextId');
    expect(typeof value).toBe('bigint');
    expect(block.number).toBeGreaterThan(0);
  });

  test(
    'sees a transaction once it is final',
    async () => {
      const api = await connect(network.chain(1000).endpoint);
      try {
        const uri = `//Beneficiary/${Date.now()}`;
        const { publicKey } = new Keyring({ type: 'sr25519' }).addFromUri(uri);
        const transfer = (api as Untyped).tx.balances.transferKeepAlive(publicKey, UNIT);
        const number = await submit(api, transfer, charlie);
        expect((await reader.storage(accountKey(publicKey))).value).toBeNull();
        expect((await reader.waitFor(number)).number).toBeGreaterThanOrEqual(number);
        expect((await reader.storage(accountKey(publicKey))).value).not.toBeNull();
      } finally {
        await api.disconnect();
      }
    },
    2 * FINAL,
  );

  test('what is not in the runtime is refused', async () => {
    const unknown = { code: 'STORAGE_UNKNOWN' };
    await expect(reader.query('userModels', 'nothing' as never)).rejects.toMatchObject(unknown);
    const query = reader.query as unknown as (...args: string[]) => Promise<unknown>;
    await expect(query.call(reader, 'userModels', 'userModels')).rejects.toMatchObject(unknown);
    await expect(query.call(reader, 'userModels', 'nextId', '0x00')).rejects.toMatchObject(unknown);
    await expect(query.call(reader, 'userModels', 'userModels', '0x00')).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  test(
    'nodes of another chain are not believed',
    async () => {
      const otherPara = await readFile(network.chain(2000).specPath, 'utf8');
      const bootnodes = { para: JSON.parse(paraSpec).bootNodes };
      await expect(
        createVerifiedReader({ relaySpec, paraSpec: forged(paraSpec), bootnodes, timeout: SYNCED }),
      ).rejects.toMatchObject({ code: 'NOT_SYNCED' });
      await expect(
        createVerifiedReader({
          relaySpec: forged(relaySpec),
          paraSpec: otherPara,
          timeout: SYNCED,
        }),
      ).rejects.toMatchObject({ code: 'NOT_SYNCED' });
    },
    4 * SYNCED,
  );

  test('a closed reader reads nothing', async () => {
    const other = await createVerifiedReader({ relaySpec, paraSpec });
    await other.close();
    await other.close();
    await expect(other.finalised()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

/** A spec whose genesis holds one key more. */
function forged(spec: string): string {
  const parsed = JSON.parse(spec);
  parsed.genesis.raw.top['0x666f72676564'] = '0x01';
  return JSON.stringify(parsed);
}
