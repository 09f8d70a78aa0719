// SPDX-License-Identifier: Apache-2.0
import type { Hex } from '@training-ledger/runtime-types';
import { contentHash, MemoryContentStore } from '@training-ledger/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { Bfv, type BfvKeyPair } from '../bfv/seal.ts';
import { aggregateUpdates, recomputeAggregate } from './aggregate.ts';
import { createUpdateEncryptor } from './encryptor.ts';
import { OwnerKeyHolder } from './key-holder.ts';

const VALUES = 5;
const code = (value: string) => expect.objectContaining({ code: value });
let bfv: Bfv;
let keys: BfvKeyPair;
let store: MemoryContentStore;
let gradients: Hex[];
const upload = async (...update: number[]): Promise<Hex> =>
  store.put(await createUpdateEncryptor(bfv, keys.publicKey).encrypt(Int32Array.from(update)));

beforeEach(async () => {
  bfv = await Bfv.load();
  keys = bfv.generateKeys();
  store = new MemoryContentStore();
  gradients = [
    await upload(1, 2, 3, 4, 5),
    await upload(-3, 0, 1, 0, -65_535),
    await upload(5, 1, 2, 2, 0),
  ];
});

const open = async (all: readonly Hex[], minContributors = 2) => {
  const { sum } = await aggregateUpdates(bfv, store, all, VALUES);
  const holder = new OwnerKeyHolder(bfv, keys, { minContributors });
  return holder.openAggregate({ content: contentHash(sum), gradients: all, values: VALUES }, store);
};

describe('an aggregate', () => {
  it('is the sum of the updates, and only their mean is opened', async () => {
    const { mean, contributors } = await open(gradients);
    expect(contributors).toBe(3);
    expect([...mean]).toEqual([1, 1, 2, 2, -65_530 / 3]);
  });

  it('has the same bytes whoever adds it again', async () => {
    const first = await aggregateUpdates(bfv, store, gradients, VALUES);
    const content = contentHash(first.sum);
    const again = await recomputeAggregate(content, bfv, store, gradients, VALUES);
    expect(again.sum).toEqual(first.sum);
  });

  it('leaves out what is no update, and repetitions, for everyone alike', async () => {
    const rubbish = await store.put(new Uint8Array(100));
    const forged = await store.put(
      (await store.get(gradients[0] as Hex)).slice().fill(0xff, 120, 400),
    );
    const all = [rubbish, ...gradients, forged, gradients[0] as Hex];
    const { included, excluded, sum } = await aggregateUpdates(bfv, store, all, VALUES);
    expect(included).toEqual(gradients);
    expect(excluded).toEqual([rubbish, forged, gradients[0]]);
    expect(sum).toEqual((await aggregateUpdates(bfv, store, gradients, VALUES)).sum);
  });

  it('is empty if no update is sound, and stays closed', async () => {
    const all = [await store.put(new Uint8Array(1)), await store.put(new Uint8Array(2))];
    expect((await aggregateUpdates(bfv, store, all, VALUES)).sum).toHaveLength(0);
    await expect(open(all)).rejects.toThrow(code('TOO_FEW_CONTRIBUTORS'));
  });

  it('is not made while an update is missing', async () => {
    const missing = contentHash(new Uint8Array(7));
    await expect(aggregateUpdates(bfv, store, [...gradients, missing], VALUES)).rejects.toThrow(
      code('CONTENT_NOT_FOUND'),
    );
  });

  it('has at most as many updates as its lanes have room for', async () => {
    const many = Array.from({ length: 1_025 }, () => gradients[0] as Hex);
    await expect(aggregateUpdates(bfv, store, many, VALUES)).rejects.toThrow(
      code('TOO_MANY_CONTRIBUTORS'),
    );
  });
});

describe('the key holder', () => {
  it('opens nothing but the sum of the updates named', async () => {
    const holder = new OwnerKeyHolder(bfv, keys);
    const sealed = { content: gradients[0] as Hex, gradients, values: VALUES };
    await expect(holder.openAggregate(sealed, store)).rejects.toThrow(code('AGGREGATE_MISMATCH'));
  });

  it('opens no single update, also when it is repeated or put among rubbish', async () => {
    const single = gradients[0] as Hex;
    const rubbish = await store.put(new Uint8Array(3));
    await expect(open([single])).rejects.toThrow(code('TOO_FEW_CONTRIBUTORS'));
    await expect(open([single, single, rubbish])).rejects.toThrow(code('TOO_FEW_CONTRIBUTORS'));
    expect(() => new OwnerKeyHolder(bfv, keys, { minContributors: 1 })).toThrow(
      code('TOO_FEW_CONTRIBUTORS'),
    );
  });

  it('opens no sum of fewer than its federation wants', async () => {
    await expect(open(gradients, 4)).rejects.toThrow(code('TOO_FEW_CONTRIBUTORS'));
  });

  it('notices a contributor that encrypted other values than an update has', async () => {
    const poison = await store.put(bfv.encrypt(keys.publicKey, [BigInt64Array.of(1n << 50n)]));
    await expect(open([...gradients, poison])).rejects.toThrow(code('AGGREGATE_OUT_OF_RANGE'));
  });

  it('needs a sound key', () => {
    const wrong = { ...keys, publicKey: keys.secretKey };
    expect(() => new OwnerKeyHolder(bfv, wrong)).toThrow(code('KEY_MALFORMED'));
    expect(() => createUpdateEncryptor(bfv, keys.secretKey)).toThrow(code('KEY_MALFORMED'));
  });
});
