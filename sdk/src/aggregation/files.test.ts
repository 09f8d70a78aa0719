// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_RUNS, maskedRuns, type UpdateFile, type UpdateShape } from './layout.ts';
import { KEY, KEY_LIMBS, MASK, MAX_PARAMETERS } from './parameters.ts';
import { randomUpdate, updateOf } from './random-update.test.helper.ts';
import { parseSum, serialiseSum, sumFileBytes } from './sum-file.ts';
import { parseUpdate, serialiseUpdate, updateFileBytes } from './update-file.ts';

const code = (value: string) => expect.objectContaining({ code: value });

const SHAPE: UpdateShape = { parameters: 9, valuesPerCoefficient: 2 };
const shapes = fc.record({
  parameters: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 8_190, max: 12_300 })),
  valuesPerCoefficient: fc.integer({ min: 1, max: 3 }),
});
const few = { numRuns: 15 };

/** The bytes with some changed. */
function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** Files that begin wrongly or are of another length than `bytes`, with a shape of {@link SHAPE}. */
const unsound = (bytes: Uint8Array): [what: string, bytes: Uint8Array][] => [
  ['nothing', new Uint8Array()],
  ['only a header', bytes.slice(0, 16)],
  ['truncated', bytes.slice(0, -1)],
  ['longer', new Uint8Array([...bytes, 0])],
  ['of another kind', changed(bytes, 2, 'X'.charCodeAt(0))],
  ['of another version', changed(bytes, 3, '2'.charCodeAt(0))],
  ['of another size', changed(bytes, 4, 10)],
  ['of no size', changed(bytes, 4, 0, 0, 0, 0)],
  ['of a huge size', changed(bytes, 4, 255, 255, 255, 255)],
  ['of another packing', changed(bytes, 8, 3)],
  ...[9, 10, 11].map((at): [string, Uint8Array] => [
    `padded with more (${at})`,
    changed(bytes, at, 1),
  ]),
];

describe('update files', () => {
  it('give back what was written, of any shape', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const update = randomUpdate(shape);
        const bytes = serialiseUpdate(update);
        expect(bytes).toHaveLength(updateFileBytes(shape));
        expect(parseUpdate(bytes, shape)).toEqual(update);
      }),
      few,
    );
  });

  it('take 4.5 and 3 bytes a parameter beside their key part', () => {
    const bytes = (valuesPerCoefficient: number): number =>
      updateFileBytes({ parameters: 120_000, valuesPerCoefficient }) - 88_064 - 12;
    expect(bytes(2) / 120_000).toBe(4.5);
    expect(bytes(3) / 120_000).toBe(3);
  });

  const update = randomUpdate(SHAPE);
  const bytes = serialiseUpdate(update);

  it.each(unsound(bytes))('are refused: %s', (_, file) => {
    expect(() => parseUpdate(file, SHAPE)).toThrow(code('UPDATE_MALFORMED'));
  });

  /** An update with one limb changed, behind the writer's own check. */
  const withLimb = (part: 'keyPart' | 'maskedPart', index: number, limb: number): Uint8Array => {
    const limbs = update[part].map((value, i) => (i === index ? limb : value));
    const bits = part === 'keyPart' ? 43 : 36;
    const number = limbs.reduceRight((sum, value) => (sum << BigInt(bits)) + BigInt(value), 0n);
    const hex = number.toString(16).padStart((bits * limbs.length) / 4, '0');
    const stream = Uint8Array.from(Buffer.from(hex, 'hex')).reverse();
    return changed(bytes, part === 'keyPart' ? 12 : 12 + 88_064, ...stream);
  };

  it('are refused with a limb that is not below its prime', () => {
    for (const { first, count, prime } of maskedRuns(SHAPE)) {
      for (const i of [first, first + count - 1]) {
        expect(parseUpdate(withLimb('maskedPart', i, prime - 1), SHAPE).maskedPart[i]).toBe(
          prime - 1,
        );
        for (const limb of [prime, 2 ** 36 - 1]) {
          expect(() => parseUpdate(withLimb('maskedPart', i, limb), SHAPE)).toThrow(
            `Limb ${i} of the masked part`,
          );
        }
      }
    }
    for (const { first, prime } of KEY_RUNS) {
      expect(parseUpdate(withLimb('keyPart', first, prime - 1), SHAPE).keyPart[first]).toBe(
        prime - 1,
      );
      expect(() => parseUpdate(withLimb('keyPart', first, prime), SHAPE)).toThrow(
        code('UPDATE_MALFORMED'),
      );
    }
  });

  it.each<[string, Partial<UpdateFile>]>([
    ['too few limbs', { maskedPart: new Float64Array(9) }],
    ['too many limbs', { keyPart: new Float64Array(KEY_LIMBS + 1) }],
    ['a limb below zero', { maskedPart: update.maskedPart.map(() => -1) }],
    ['a fraction', { maskedPart: update.maskedPart.map(() => 0.5) }],
    ['no number', { keyPart: update.keyPart.map(() => Number.NaN) }],
    ['the prime', { keyPart: update.keyPart.map(() => KEY.primes[1]) }],
    ['the other prime', { maskedPart: update.maskedPart.map(() => MASK.primes[1]) }],
  ])('are not written with %s', (_, change) => {
    expect(() => serialiseUpdate({ ...update, ...change })).toThrow(code('UPDATE_MALFORMED'));
  });

  it.each([
    { parameters: 0 },
    { parameters: MAX_PARAMETERS + 1 },
    { parameters: 1.5 },
    { valuesPerCoefficient: 0 },
    { valuesPerCoefficient: 4 },
  ])('there are none of %o', (change) => {
    const shape = { ...SHAPE, ...change };
    expect(() => updateFileBytes(shape)).toThrow(code('ARGUMENT_INVALID'));
    expect(() => parseUpdate(bytes, shape)).toThrow(code('ARGUMENT_INVALID'));
    expect(() => parseSum(bytes, shape)).toThrow(code('ARGUMENT_INVALID'));
  });
});

describe('sum files', () => {
  const largest = (contributors: number) => ({
    ...updateOf(SHAPE, (prime) => contributors * (prime - 1)),
    contributors,
  });

  it('give back what was written, of any shape and number of contributors', () => {
    const sums = fc.tuple(shapes, fc.integer({ min: 1, max: 1_024 }));
    fc.assert(
      fc.property(sums, ([shape, contributors]) => {
        const limb = (prime: number): number =>
          Math.floor(Math.random() * (contributors * (prime - 1) + 1));
        const sum = { ...updateOf(shape, limb), contributors };
        const bytes = serialiseSum(sum);
        expect(bytes).toHaveLength(sumFileBytes(shape));
        expect(parseSum(bytes, shape)).toEqual(sum);
      }),
      few,
    );
  });

  it('hold the largest sum of 1,024', () => {
    const sum = largest(1_024);
    expect(parseSum(serialiseSum(sum), SHAPE)).toEqual(sum);
  });

  const bytes = serialiseSum(largest(5));

  it.each(unsound(bytes))('are refused: %s', (_, file) => {
    expect(() => parseSum(file, SHAPE)).toThrow(code('SUM_MALFORMED'));
  });

  it('are refused of none, and of more than 1,024', () => {
    const of = (...contributors: number[]) => parseSum(changed(bytes, 12, ...contributors), SHAPE);
    expect(of(6, 0, 0, 0).contributors).toBe(6);
    expect(() => of(0, 0, 0, 0)).toThrow(code('SUM_MALFORMED'));
    expect(() => of(1, 4, 0, 0)).toThrow(code('SUM_MALFORMED'));
    expect(() => of(5, 0, 0, 128)).toThrow(code('SUM_MALFORMED'));
  });

  it('are refused with a limb above what their contributors can sum up to', () => {
    expect(() => parseSum(changed(bytes, 12, 4), SHAPE)).toThrow('Limb 0 of the key part');
    const limbs = (bytes.length - 16 - 7 * KEY_LIMBS) / 6;
    for (let i = 0; i < limbs; i++) {
      const at = 16 + 7 * KEY_LIMBS + 6 * i;
      const more = changed(bytes, at, (bytes[at] as number) + 1);
      expect(() => parseSum(more, SHAPE)).toThrow(`Limb ${i} of the masked part`);
    }
    for (const i of [0, KEY_LIMBS - 1]) {
      const at = 16 + 7 * i;
      const more = changed(bytes, at, (bytes[at] as number) + 1);
      expect(() => parseSum(more, SHAPE)).toThrow(`Limb ${i} of the key part`);
      expect(() => parseSum(changed(bytes, at + 6, 255), SHAPE)).toThrow(
        `Limb ${i} of the key part`,
      );
    }
  });

  it('are not written unless they could be read', () => {
    for (const change of [
      { contributors: 0 },
      { contributors: 4 },
      { contributors: 1_025 },
      { contributors: 5.5 },
      { keyPart: new Float64Array(1) },
      { maskedPart: new Float64Array(10).fill(-1) },
      { maskedPart: new Float64Array(10).fill(0.5) },
    ]) {
      expect(() => serialiseSum({ ...largest(5), ...change })).toThrow(code('SUM_MALFORMED'));
    }
  });
});
