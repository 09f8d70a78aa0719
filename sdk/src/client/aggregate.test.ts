// SPDX-License-Identifier: Apache-2.0
// Which stored updates are unsound, from what is stored and committed to alone.
import { createVectorCommitter, createWasmVectorCommitter } from '@training-ledger/circuits';
import { toHex } from '@training-ledger/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitmentScalars, serialiseUpdate } from '../aggregation/index.ts';
import { randomUpdate } from '../aggregation/random-update.test.helper.ts';
import { MemoryContentStore } from '../content/memory-store.ts';
import type { ContentStore } from '../content/store.ts';
import { SdkError } from '../errors.ts';
import { type CommittedUpdate, unsoundUpdates } from './aggregate.ts';

const SHAPE = { parameters: 40, valuesPerCoefficient: 2 };
const CONTRIBUTORS = 9;

describe.each([
  ['the fastest committer', createVectorCommitter],
  ['WASM', createWasmVectorCommitter],
])('unsound updates, by %s', (_, create) => {
  const committer = create();
  const store = new MemoryContentStore();
  const files: Uint8Array[] = [];
  const ops: CommittedUpdate[] = [];

  beforeAll(async () => {
    for (let i = 0; i < CONTRIBUTORS; i++) {
      const update = randomUpdate(SHAPE);
      const file = serialiseUpdate(update);
      files.push(file);
      ops.push(await opOf(i, file, await committer.commit(commitmentScalars(update))));
    }
  });
  afterAll(() => committer.close());

  const opOf = async (i: number, file: Uint8Array, commitment: Uint8Array) => ({
    op: {
      sequence: 100n + BigInt(i),
      contents: { gradient: await store.put(file), gradientCommitment: toHex(commitment) },
    },
  });
  /** The ops with other files behind some commitments. */
  const withFiles = (changed: Readonly<Record<number, Uint8Array>>) =>
    Promise.all(
      ops.map(async (one, i) => {
        const { sequence, contents } = one.op;
        const file = changed[i];
        if (file === undefined) return one;
        return { op: { sequence, contents: { ...contents, gradient: await store.put(file) } } };
      }),
    );
  const edited = (i: number, edit: (file: Uint8Array) => void): Uint8Array => {
    const file = (files[i] as Uint8Array).slice();
    edit(file);
    return file;
  };
  const check = (of: readonly CommittedUpdate[], from: ContentStore = store) =>
    unsoundUpdates({ store: from, committer }, of, SHAPE);

  it('are none where all are sound', async () => {
    expect(await check(ops)).toEqual([]);
    expect(await check([])).toEqual([]);
  });

  it('are another update, one with a changed limb, and one with limbs that are not below their primes', async () => {
    const other = serialiseUpdate(randomUpdate(SHAPE));
    const limb = edited(3, (file) => {
      file[12] = (file[12] as number) ^ 1;
    });
    const high = edited(7, (file) => file.fill(0xff, -9));
    const key = edited(8, (file) => file.fill(0xff, 12, 24));
    expect(await check(await withFiles({ 7: high }))).toEqual([107n]);
    expect(await check(await withFiles({ 8: key }))).toEqual([108n]);
    const all = await withFiles({ 0: other, 3: limb, 7: high, 8: key });
    expect(await check(all)).toEqual([100n, 103n, 107n, 108n]);
  });

  it('are those with limbs above their primes even if that is what was committed to', async () => {
    const update = randomUpdate(SHAPE);
    // The last two limbs take 72 bits.
    update.maskedPart.fill(0, -2);
    const file = serialiseUpdate(update).fill(0xff, -9);
    update.maskedPart.fill(2 ** 36 - 1, -2);
    const commitment = await committer.commit(commitmentScalars(update));
    const made = await opOf(2, file, commitment);
    expect(await check([...ops.slice(0, 2), made, ...ops.slice(3)])).toEqual([102n]);
  });

  it('are files of another length, kind or shape', async () => {
    const longer = new Uint8Array([...(files[1] as Uint8Array), 0]);
    const kind = edited(4, (file) => file.fill(0, 0, 4));
    const shape = serialiseUpdate(randomUpdate({ ...SHAPE, parameters: 41 }));
    const empty = new Uint8Array();
    const of = await withFiles({ 1: longer, 4: kind, 5: shape, 6: empty });
    expect(await check(of)).toEqual([101n, 104n, 105n, 106n]);
  });

  it('are those that the store has not, or gives changed; other failures of the store are its own', async () => {
    const gone = ops[5]?.op.contents.gradient;
    const failingWith = (
      code: 'CONTENT_NOT_FOUND' | 'CONTENT_HASH_MISMATCH' | 'ARGUMENT_INVALID',
    ) => ({
      put: (bytes: Uint8Array) => store.put(bytes),
      has: (hash: typeof gone & string) => store.has(hash),
      get: async (hash: typeof gone & string) => {
        if (hash === gone) throw new SdkError(code, 'It is not there.');
        return store.get(hash);
      },
    });
    expect(await check(ops, failingWith('CONTENT_NOT_FOUND'))).toEqual([105n]);
    expect(await check(ops, failingWith('CONTENT_HASH_MISMATCH'))).toEqual([105n]);
    await expect(check(ops, failingWith('ARGUMENT_INVALID'))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});
