// SPDX-License-Identifier: Apache-2.0
// What a reader refuses before it needs a network. Reads are tested against the real network: test/network/light-client.test.ts.
import { readFile } from 'node:fs/promises';
import { chainSpecPath, readMetadata } from '@training-ledger/runtime-types/files';
import { describe, expect, test } from 'vitest';
import { createVerifiedReader } from './create-reader.ts';
import { StorageItems } from './storage.ts';

const HASH = `0x${'11'.repeat(32)}` as const;
const spec = (): Promise<string> => readFile(chainSpecPath(1000), 'utf8');

describe('createVerifiedReader', () => {
  test('refuses what is no chain spec', async () => {
    const paraSpec = await spec();
    for (const relaySpec of ['not JSON', '[]', '{}', 'null', '{"id": "relay"}']) {
      await expect(createVerifiedReader({ relaySpec, paraSpec })).rejects.toMatchObject({
        code: 'SPEC_INVALID',
      });
    }
  });

  test('gives up when no node answers', async () => {
    const paraSpec = await spec();
    const relaySpec = JSON.stringify({
      ...JSON.parse(paraSpec),
      id: 'relay',
      relay_chain: undefined,
      para_id: undefined,
    });
    await expect(createVerifiedReader({ relaySpec, paraSpec, timeout: 2_000 })).rejects.toThrow(
      expect.objectContaining({ name: 'LightClientError' }),
    );
  });
});

describe('storage items', () => {
  test('have the keys that the runtime gives them', async () => {
    const items = new StorageItems(await readMetadata());
    // twox128 of pallet and item, then the hashed key.
    expect(items.key('userModels', 'nextId', [])).toMatch(/^0x[0-9a-f]{64}$/);
    const key = items.key('userModels', 'userModels', [HASH]);
    expect(key.endsWith(HASH.slice(2))).toBe(true);
    const below = items.key('userModels', 'versions', [HASH]);
    expect(items.key('userModels', 'versions', [HASH, 7]).startsWith(below)).toBe(true);
    expect(below.startsWith(items.key('userModels', 'versions', []))).toBe(true);
  });

  test('are decoded to plain values, and to their default where nothing was written', async () => {
    const items = new StorageItems(await readMetadata());
    expect(items.value('userModels', 'nextId', '0x0700000000000000')).toBe(7n);
    expect(items.value('userModels', 'nextId', undefined)).toBe(0n);
    expect(items.value('userModels', 'userModels', undefined)).toBeUndefined();
  });

  test('give back the last key of an entry', async () => {
    const items = new StorageItems(await readMetadata());
    const key = items.key('userModels', 'versions', [HASH, 7]);
    expect(items.lastKey('userModels', 'versions', key)).toBe(7);
  });

  test('are refused when the runtime has none of that name or a key is of another type', async () => {
    const items = new StorageItems(await readMetadata());
    const unknown = expect.objectContaining({ code: 'STORAGE_UNKNOWN' });
    expect(() => items.key('userModels', 'nothing' as never, [] as never)).toThrow(unknown);
    expect(() => items.key('userModels', 'nextId', [HASH] as never)).toThrow(unknown);
    expect(() => items.key('userModels', 'userModels', ['0x11'])).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
