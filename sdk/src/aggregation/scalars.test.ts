// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { UpdateSum } from './add.ts';
import { MASK } from './parameters.ts';
import { randomUpdate, updateOf } from './random-update.test.helper.ts';
import { commitmentScalars, scalarCount, updateScalars } from './scalars.ts';
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

  it('are the same straight from the file, for one block and for several', () => {
    for (const shape of [SHAPE, { parameters: 25_001, valuesPerCoefficient: 3 }]) {
      const update = randomUpdate(shape);
      const file = serialiseUpdate(update);
      expect(updateScalars(file, shape)).toEqual(commitmentScalars(update));
      // The last 36 bits of the stream: a limb of ones is not below its prime.
      file.fill(0xff, -4);
      file[file.length - 5] = (file.at(-5) as number) | 0xf0;
      expect(MASK.primes[1]).toBeLessThan(2 ** 36 - 1);
      expect(() => updateScalars(file, shape)).toThrow(
        expect.objectContaining({ code: 'UPDATE_MALFORMED' }),
      );
      expect(() => updateScalars(file.slice(1), shape)).toThrow(
        expect.objectContaining({ code: 'UPDATE_MALFORMED' }),
      );
    }
  });

  it('stay below the order for the largest sum', () => {
    const largest = updateOf(SHAPE, (prime) => 1_024 * (prime - 1));
    expect(numbers(commitmentScalars(largest)).every((scalar) => scalar < ORDER)).toBe(true);
  });

  it('are 24,096 for 100,000 parameters', () => {
    expect(scalarCount({ parameters: 100_000, valuesPerCoefficient: 2 })).toBe(24_096);
  });
});
