// SPDX-License-Identifier: Apache-2.0
// What every content store has to do. Run the cases under any test runner:
// `for (const { name, run } of contentStoreCases(create)) it(name, run)`.
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { contentHash } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import type { ContentStore } from '../content/store.ts';

/** A case of a compliance suite. */
export interface ComplianceCase {
  readonly name: string;
  run(): Promise<void>;
}

/** A store under test. */
export interface StoreUnderTest {
  readonly store: ContentStore;
  /** Changes or cuts what is stored under a hash, behind the store's back; absent where that cannot be. */
  corrupt?(hash: Hex, bytes: Uint8Array): Promise<void>;
}

const CONTENT = new TextEncoder().encode('a content');
const MISSING: Hex = `0x${'5a'.repeat(32)}`;
const LIMIT = 1024;

/** The cases. `create` gives an empty store that takes contents of at most `maxBytes`, a new one each time. */
export function contentStoreCases(
  create: (options: { maxBytes: number }) => Promise<StoreUnderTest>,
): readonly ComplianceCase[] {
  const test = (name: string, run: (subject: StoreUnderTest) => Promise<void>): ComplianceCase => ({
    name,
    run: async () => run(await create({ maxBytes: LIMIT })),
  });
  const code = (expected: string) => (error: unknown) =>
    (error as { code?: string }).code === expected;
  return [
    test('gives back what was put, by its sha2-256', async ({ store }) => {
      for (const bytes of [CONTENT, new Uint8Array(), new Uint8Array(LIMIT).fill(7)]) {
        const hash = await store.put(bytes);
        equal(hash, contentHash(bytes));
        deepEqual(await store.get(hash), bytes);
      }
    }),
    test('takes the same content again, also at the same time', async ({ store }) => {
      const hashes = await Promise.all([store.put(CONTENT), store.put(CONTENT)]);
      deepEqual(hashes, [await store.put(CONTENT), hashes[0]]);
      deepEqual(await store.get(hashes[0]), CONTENT);
    }),
    test('knows what it has', async ({ store }) => {
      equal(await store.has(contentHash(CONTENT)), false);
      await store.put(CONTENT);
      equal(await store.has(contentHash(CONTENT)), true);
      equal(await store.has(MISSING), false);
    }),
    test('says what it does not have', async ({ store }) => {
      await rejects(store.get(MISSING), code('CONTENT_NOT_FOUND'));
    }),
    test('refuses what is too large to keep', async ({ store }) => {
      const bytes = new Uint8Array(LIMIT + 1);
      await rejects(store.put(bytes), code('CONTENT_TOO_LARGE'));
      equal(await store.has(contentHash(bytes)), false);
    }),
    test('refuses to read what the reader finds too large', async ({ store }) => {
      const hash = await store.put(CONTENT);
      deepEqual(await store.get(hash, { maxBytes: CONTENT.length }), CONTENT);
      await rejects(store.get(hash, { maxBytes: CONTENT.length - 1 }), code('CONTENT_TOO_LARGE'));
    }),
    test('refuses what is no content hash', async ({ store }) => {
      for (const hash of [
        '0x',
        `0x${'5a'.repeat(31)}`,
        '../../etc/passwd',
        `0x${'5A'.repeat(32)}`,
      ]) {
        await rejects(store.get(hash as Hex), code('CID_INVALID'));
        await rejects(store.has(hash as Hex), code('CID_INVALID'));
      }
    }),
    test('keeps its own copy', async ({ store }) => {
      const bytes = CONTENT.slice();
      const hash = await store.put(bytes);
      bytes.fill(0);
      (await store.get(hash)).fill(0);
      deepEqual(await store.get(hash), CONTENT);
    }),
    test('never gives other bytes than were asked for', async ({ store, corrupt }) => {
      if (corrupt === undefined) return;
      const hash = await store.put(CONTENT);
      const changed = CONTENT.slice();
      changed[0] = 0;
      for (const bytes of [changed, CONTENT.subarray(1), new Uint8Array()]) {
        await corrupt(hash, bytes);
        await rejects(store.get(hash), code('CONTENT_HASH_MISMATCH'));
      }
    }),
  ];
}
