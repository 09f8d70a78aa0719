// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpdateSum } from './add.ts';
import type { UpdateFile } from './layout.ts';
import { MASK } from './parameters.ts';
import { randomUpdate, updateOf } from './random-update.test.helper.ts';
import { parseSum } from './sum-file.ts';
import { serialiseUpdate } from './update-file.ts';

const code = (value: string) => expect.objectContaining({ code: value });

/** Two blocks, the second of an odd number of coefficients. */
const SHAPE = { parameters: 2 * (4_096 + 5), valuesPerCoefficient: 2 };
const SMALL = { parameters: 3, valuesPerCoefficient: 3 };

function sumOf(shape: typeof SHAPE, updates: readonly Uint8Array[]): Uint8Array {
  const sum = new UpdateSum(shape);
  for (const update of updates) sum.add(update);
  return sum.bytes();
}

describe('a sum of updates', () => {
  it('adds limb by limb over the integers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), (count) => {
        const updates = Array.from({ length: count }, () => randomUpdate(SHAPE));
        const sum = parseSum(sumOf(SHAPE, updates.map(serialiseUpdate)), SHAPE);
        const total = (part: 'keyPart' | 'maskedPart'): Float64Array =>
          (updates[0] as UpdateFile)[part].map((_, i) =>
            Number(updates.reduce((all, update) => all + BigInt(update[part][i] as number), 0n)),
          );
        expect(sum.contributors).toBe(count);
        expect(sum.keyPart).toEqual(total('keyPart'));
        expect(sum.maskedPart).toEqual(total('maskedPart'));
      }),
      { numRuns: 5 },
    );
  });

  it('is the same whatever the order', () => {
    const updates = Array.from({ length: 4 }, () => serialiseUpdate(randomUpdate(SHAPE)));
    expect(sumOf(SHAPE, updates.toReversed())).toEqual(sumOf(SHAPE, updates));
  });

  it('is exact for 1,024 updates of the largest limbs, and takes no more', () => {
    const largest = serialiseUpdate(updateOf(SMALL, (prime) => prime - 1));
    const sum = new UpdateSum(SMALL);
    for (let i = 0; i < 1_024; i++) sum.add(largest);
    expect(parseSum(sum.bytes(), SMALL)).toEqual({
      ...updateOf(SMALL, (prime) => Number(1_024n * BigInt(prime - 1))),
      contributors: 1_024,
    });
    const before = sum.bytes();
    expect(() => sum.add(largest)).toThrow(code('TOO_MANY_CONTRIBUTORS'));
    expect(sum.bytes()).toEqual(before);
  });

  it('stays as it was when an update is unsound', () => {
    const good = serialiseUpdate(randomUpdate(SHAPE));
    const sum = new UpdateSum(SHAPE);
    sum.add(good);
    const before = sum.bytes();
    // The last limb of the masked part, and one of the key part.
    const last = good.slice().fill(0xff, -4);
    const first = good.slice().fill(0xff, 12, 19);
    const cut = good.slice(0, -1);
    const other = serialiseUpdate(randomUpdate(SMALL));
    for (const bad of [last, first, cut, other, new Uint8Array()]) {
      expect(() => sum.add(bad)).toThrow(code('UPDATE_MALFORMED'));
      expect(sum.bytes()).toEqual(before);
    }
    sum.add(good);
    expect(sum.bytes()).toEqual(sumOf(SHAPE, [good, good]));
  });

  it('refuses a limb that is its prime, in every block', () => {
    const update = updateOf(SHAPE, () => 0);
    const zero = serialiseUpdate(update);
    for (const [limb, prime] of [
      [0, MASK.primes[0]],
      [4_096, MASK.primes[1]],
      [8_192 + 4, MASK.primes[0]],
      [8_192 + 5, MASK.primes[1]],
      [8_192 + 9, MASK.primes[1]],
    ] as const) {
      const file = zero.slice();
      const at = BigInt(12 + 88_064) * 8n + BigInt(36 * limb);
      for (let bit = 0; bit < 36; bit++) {
        if (Math.floor(prime / 2 ** bit) % 2 === 0) continue;
        const place = Number((at + BigInt(bit)) / 8n);
        file[place] = (file[place] as number) | (1 << Number((at + BigInt(bit)) % 8n));
      }
      expect(() => sumOf(SHAPE, [file])).toThrow(code('UPDATE_MALFORMED'));
    }
  });

  it('is nothing without updates', () => {
    expect(() => new UpdateSum(SHAPE).bytes()).toThrow(code('TOO_FEW_CONTRIBUTORS'));
    expect(() => new UpdateSum({ ...SHAPE, parameters: 0 })).toThrow(code('ARGUMENT_INVALID'));
  });
});
