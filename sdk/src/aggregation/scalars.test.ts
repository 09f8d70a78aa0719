// SPDX-License-Identifier: Apache-2.0
import { createVectorCommitter, createWasmVectorCommitter } from '@training-ledger/circuits';
import { afterAll, describe, expect, it } from 'vitest';
import { UpdateSum } from './add.ts';
import { KEY_RUNS, maskedRuns } from './layout.ts';
import { randomUpdate, updateOf } from './random-update.test.helper.ts';
import { commitmentScalars, scalarCount, updateVector } from './scalars.ts';
import { serialiseUpdate } from './update-file.ts';

/** The scalars as numbers. */
const numbers = (bytes: Uint8Array): bigint[] =>
  Array.from({ length: bytes.length / 32 }, (_, i) =>
    bytes.subarray(32 * i, 32 * i + 32).reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n),
  );

/** BN254's group order. */
const ORDER =
  21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617n;
const SHAPE = { parameters: 13, valuesPerCoefficient: 2 };

describe('scalars of a commitment', () => {
  it('are four limbs of the key part, then five of the masked part, padded with zeros', () => {
    const update = randomUpdate(SHAPE);
    const { keyPart, maskedPart } = update;
    const join = (limbs: Float64Array, bits: bigint): bigint =>
      limbs.reduceRight((sum, limb) => (sum << bits) + BigInt(limb), 0n);
    const scalars = numbers(commitmentScalars(update));
    expect(scalars).toHaveLength(4_096 + 3);
    expect(scalars).toHaveLength(scalarCount(SHAPE));
    expect(scalars[0]).toBe(join(keyPart.subarray(0, 4), 56n));
    expect(scalars[4_095]).toBe(join(keyPart.subarray(-4), 56n));
    expect(scalars[4_096]).toBe(join(maskedPart.subarray(0, 5), 48n));
    expect(scalars[4_098]).toBe(join(maskedPart.subarray(10), 48n));
  });

  it('of a sum are the sums of its updates', () => {
    const updates = [randomUpdate(SHAPE), randomUpdate(SHAPE), randomUpdate(SHAPE)];
    const sum = new UpdateSum(SHAPE);
    for (const update of updates) sum.add(serialiseUpdate(update));
    const all = updates.map((update) => numbers(commitmentScalars(update)));
    const expected = (all[0] as bigint[]).map((_, i) =>
      all.reduce((total, scalars) => total + (scalars[i] as bigint), 0n),
    );
    expect(numbers(commitmentScalars(sum.file()))).toEqual(expected);
  });

  it('stay below the order for the largest sum', () => {
    const largest = updateOf(SHAPE, (prime) => 1_024 * (prime - 1));
    expect(numbers(commitmentScalars(largest)).every((scalar) => scalar < ORDER)).toBe(true);
  });

  it('are 24,096 for 100,000 parameters', () => {
    expect(scalarCount({ parameters: 100_000, valuesPerCoefficient: 2 })).toBe(24_096);
  });
});

describe.each([
  ['the fastest committer', createVectorCommitter],
  ['WASM', createWasmVectorCommitter],
])('an update file and %s', (_, create) => {
  const committer = create();
  afterAll(() => committer.close());

  it('make the commitment of its scalars, for one block and for several', async () => {
    for (const shape of [SHAPE, { parameters: 25_001, valuesPerCoefficient: 3 }]) {
      const update = randomUpdate(shape);
      const commitment = await committer.commit(commitmentScalars(update));
      const vector = updateVector(serialiseUpdate(update), shape);
      expect(await committer.commit(vector)).toEqual(commitment);
    }
  });

  it('refuse a limb that is not below its prime, at either end of every run', async () => {
    // The second block is shorter than the first.
    const shape = { parameters: 8_195, valuesPerCoefficient: 2 };
    const largest = updateOf(shape, (prime) => prime - 1);
    const file = serialiseUpdate(largest);
    expect(await committer.commit(updateVector(file, shape))).toHaveLength(32);
    const { streams } = updateVector(file, shape);
    for (const [stream, runs] of [KEY_RUNS, maskedRuns(shape)].entries()) {
      const { start, bits } = streams[stream] as (typeof streams)[0];
      for (const { first, count } of runs) {
        for (const limb of [first, first + count - 1]) {
          const vector = updateVector(file.slice(), shape);
          // Primes are odd: with its lowest bit set, the limb is its prime.
          const bit = 8 * start + limb * bits;
          const byte = Math.floor(bit / 8);
          vector.bytes[byte] = (vector.bytes[byte] as number) | (1 << (bit % 8));
          await expect(committer.commit(vector)).rejects.toMatchObject({ code: 'VECTOR_INVALID' });
        }
      }
    }
  });

  it('are apart where the file is not of this shape', () => {
    const file = serialiseUpdate(randomUpdate(SHAPE));
    const malformed = expect.objectContaining({ code: 'UPDATE_MALFORMED' });
    expect(() => updateVector(file.slice(1), SHAPE)).toThrow(malformed);
    expect(() => updateVector(file, { ...SHAPE, valuesPerCoefficient: 3 })).toThrow(malformed);
    expect(() => updateVector(file.fill(0, 0, 4), SHAPE)).toThrow(malformed);
  });
});
