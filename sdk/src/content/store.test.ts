// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cidOf, contentHash, hashOfCid } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import fc from 'fast-check';
import { CID } from 'multiformats/cid';
import { afterEach, describe, expect, it } from 'vitest';
import { contentStoreCases } from '../testing/index.ts';
import { FileContentStore } from './file-store.ts';
import { MemoryContentStore } from './memory-store.ts';

const folders: string[] = [];
const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'content-store-'));
  folders.push(path);
  return path;
};
afterEach(async () => {
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

const pathOf = (root: string, hash: Hex): string =>
  join(root, hash.slice(2, 4), hash.slice(4, 6), cidOf(hash));

describe('MemoryContentStore', () => {
  const cases = contentStoreCases(async (options) => ({ store: new MemoryContentStore(options) }));
  for (const { name, run } of cases) it(name, run);
});

describe('FileContentStore', () => {
  const cases = contentStoreCases(async (options) => {
    const root = await folder();
    return {
      store: new FileContentStore(root, options),
      corrupt: (hash, bytes) => writeFile(pathOf(root, hash), bytes),
    };
  });
  for (const { name, run } of cases) it(name, run);

  it('is shared by processes that know its folder', async () => {
    const root = await folder();
    const hash = await new FileContentStore(root).put(Uint8Array.of(1, 2, 3));
    expect(await new FileContentStore(root).get(hash)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('leaves no part of a file behind', async () => {
    const root = await folder();
    const store = new FileContentStore(root);
    const hashes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.put(Uint8Array.of(i % 3))),
    );
    const names = (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(hashes.map(cidOf)));
  });

  it('tells of other trouble than a missing file', async () => {
    const root = await folder();
    const hash = contentHash(Uint8Array.of(1));
    await writeFile(join(root, hash.slice(2, 4)), 'a file where a folder should be');
    await expect(new FileContentStore(root).put(Uint8Array.of(1))).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
    await expect(new FileContentStore(root).get(hash)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('CIDs', () => {
  it('names the known CID of a known content', () => {
    const hash = contentHash(new TextEncoder().encode('hello world'));
    expect(cidOf(hash)).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
  });

  it('go to digests and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), (bytes) => {
        const hash = contentHash(bytes);
        expect(hashOfCid(cidOf(hash))).toBe(hash);
      }),
    );
  });

  it('of anything but raw sha2-256 in version 1 are refused', () => {
    const { multihash } = CID.parse(cidOf(contentHash(Uint8Array.of(1))));
    const others = [
      'hello',
      '',
      CID.createV0(multihash as never).toString(),
      CID.createV1(0x70, multihash).toString(),
      CID.createV1(0x55, {
        ...multihash,
        code: 0x1b,
        bytes: Uint8Array.of(0x1b, 1, 0),
        digest: Uint8Array.of(0),
        size: 1,
      }).toString(),
      CID.createV1(0x55, {
        ...multihash,
        bytes: Uint8Array.of(0x12, 1, 0),
        digest: Uint8Array.of(0),
        size: 1,
      }).toString(),
    ];
    for (const text of others)
      expect(() => hashOfCid(text)).toThrow(expect.objectContaining({ code: 'CID_INVALID' }));
  });
});
