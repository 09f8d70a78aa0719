// SPDX-License-Identifier: GPL-3.0-only
// Packed vectors are the vectors of their scalars, for every committer.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMITTERS, randomVector } from '../testing/committers.ts';
import { boundsOf, packed, type StreamForm } from '../testing/packed.ts';
import { MAX_SCALARS, type Opening } from './committer.ts';
import { type PackedVector, scalarsOf, sizeError, type Vector } from './packed.ts';

const code = (value: string) => expect.objectContaining({ name: 'CommitterError', code: value });
const random = (bound: number): number => Math.floor(Math.random() * bound);

/** The two streams of an update with blocks of 16. */
const UPDATE: readonly StreamForm[] = [
  { bits: 43, bounds: [2 ** 43 - 9, 2 ** 43 - 5], run: 16, count: 32, perScalar: 4, limbBytes: 7 },
  { bits: 36, bounds: [2 ** 36 - 9, 2 ** 36 - 5], run: 16, count: 21, perScalar: 5, limbBytes: 6 },
];
/** Streams of every width, which end where no byte, no scalar and no block does. */
const FORMS: readonly (readonly StreamForm[])[] = [
  UPDATE,
  ...[1, 7, 8, 15, 31, 32, 33, 40, 47, 48].map((bits) => {
    const limbBytes = Math.ceil(bits / 8);
    const perScalar = Math.floor(31 / limbBytes);
    return [{ bits, bounds: [2 ** bits, 2 ** bits], run: 7, count: 23, perScalar, limbBytes }];
  }),
  [{ bits: 20, bounds: [2 ** 20, 1, 5], run: 3, count: 10, perScalar: 2, limbBytes: 9 }],
  [{ bits: 5, bounds: [32], run: 100, count: 1, perScalar: 31, limbBytes: 1 }],
];

describe('scalars of a packed vector', () => {
  it('are its limbs, whatever the streams', () => {
    const forms = fc
      .record({
        bits: fc.integer({ min: 1, max: 48 }),
        bounds: fc.integer({ min: 1, max: 8 }),
        run: fc.integer({ min: 1, max: 40 }),
        count: fc.integer({ min: 0, max: 60 }),
        more: fc.nat(3),
      })
      .map(({ bits, bounds, run, count, more }) => {
        const limbBytes = Math.ceil(bits / 8) + more;
        const perScalar = Math.floor(31 / limbBytes);
        return { bits, bounds: Array(bounds).fill(2 ** bits), run, count, perScalar, limbBytes };
      });
    fc.assert(
      fc.property(fc.array(forms, { minLength: 1, maxLength: 8 }), (streams) => {
        const { vector, scalars } = packed(streams, random);
        expect(scalarsOf(vector)).toEqual(scalars);
        expect(sizeError(vector) === undefined).toBe(scalars.length > 0);
      }),
      { numRuns: 60 },
    );
  });

  it('are read from wherever the bytes lie', () => {
    const { vector, scalars } = packed(UPDATE, random);
    const moved = new Uint8Array(vector.bytes.length + 5).subarray(5);
    moved.set(vector.bytes);
    expect(scalarsOf({ ...vector, bytes: moved })).toEqual(scalars);
  });
});

describe.each(COMMITTERS)('$name', ({ create }) => {
  const committer = create();
  afterAll(() => committer.close());
  const opens = async (vector: Vector, commitment: Uint8Array): Promise<boolean> =>
    (await committer.checkOpenings([{ commitment }], async () => vector)).length === 0;

  it('commits to packed vectors as to their scalars, of the smallest limbs and the largest', async () => {
    for (const forms of FORMS) {
      for (const limb of [random, () => 0, (bound: number) => bound - 1]) {
        const { vector, scalars } = packed(forms, limb);
        const commitment = await committer.commit(scalars);
        expect(await committer.commit(vector)).toEqual(commitment);
        expect(await opens(vector, commitment)).toBe(true);
      }
    }
  });

  it('refuses a limb that is not below its bound, wherever it is', async () => {
    const bounds = UPDATE.flatMap(boundsOf);
    const edges = bounds.flatMap((bound, i) =>
      i === 0 || bound !== bounds[i - 1] || bound !== bounds[i + 1] ? [i] : [],
    );
    expect(edges).toHaveLength(16);
    for (const place of edges) {
      const largest = packed(UPDATE, (bound, i) => bound - (i === place ? 1 : 2)).vector;
      const commitment = await committer.commit(largest);
      expect(await opens(largest, commitment)).toBe(true);
      const above = packed(UPDATE, (bound, i) => bound - (i === place ? 0 : 2)).vector;
      await expect(committer.commit(above)).rejects.toEqual(code('VECTOR_INVALID'));
      expect(await opens(above, commitment)).toBe(false);
    }
  });

  const { vector: sound, scalars } = packed(UPDATE, random);
  const [first, second] = sound.streams as [PackedVector['streams'][0], PackedVector['streams'][0]];
  const withSecond = (change: object): PackedVector => ({
    ...sound,
    streams: [first, { ...second, ...change }],
  });

  it.each<[string, PackedVector]>([
    ['no stream', { ...sound, streams: [] }],
    ['more than eight streams', { ...sound, streams: Array(9).fill(second) }],
    ['bytes that end too soon', { ...sound, bytes: sound.bytes.slice(0, -1) }],
    ['no bytes', { ...sound, bytes: new Uint8Array() }],
    ['a stream that begins too late', withSecond({ start: second.start + 1 })],
    ['a stream before the bytes', withSecond({ start: -1 })],
    ['a start that is no number', withSecond({ start: Number.NaN })],
    ['limbs without bits', withSecond({ bits: 0 })],
    ['limbs of 49 bits', withSecond({ bits: 49, count: 1, limbBytes: 7, perScalar: 4 })],
    ['limbs wider than their bytes', withSecond({ limbBytes: 4 })],
    ['half a bit', withSecond({ bits: 35.5 })],
    ['no bound', withSecond({ bounds: [] })],
    ['no bound, and no end', withSecond({ bounds: [], run: 1, count: 2 ** 50 })],
    ['more than eight bounds', withSecond({ bounds: Array(9).fill(2 ** 36), count: 1 })],
    ['a bound that is no number', withSecond({ bounds: [2 ** 36, Number.POSITIVE_INFINITY] })],
    ['empty runs', withSecond({ run: 0 })],
    ['more limbs than bytes', withSecond({ count: 22 })],
    ['as many limbs as there are numbers', withSecond({ count: Number.MAX_SAFE_INTEGER })],
    ['scalars without limbs', withSecond({ perScalar: 0 })],
    ['scalars of more than 31 bytes', withSecond({ perScalar: 6 })],
    ['no limbs at all', { ...sound, streams: [{ ...second, count: 0 }] }],
    [
      'too many scalars',
      {
        bytes: new Uint8Array((MAX_SCALARS + 8) / 8),
        streams: [
          { ...first, start: 0, bits: 1, count: MAX_SCALARS + 1, bounds: [2], perScalar: 1 },
        ],
      },
    ],
    ['too many bytes', { ...sound, bytes: new Uint8Array(32 * MAX_SCALARS + 1) }],
  ])('refuses %s, and goes on', async (_, vector) => {
    const commitment = await committer.commit(sound);
    await expect(committer.commit(vector)).rejects.toEqual(code('VECTOR_INVALID'));
    expect(await opens(vector, commitment)).toBe(false);
    expect(await opens(sound, commitment)).toBe(true);
  });

  it('names packed vectors that are wrong or malformed among others', async () => {
    const vectors: Vector[] = [];
    for (let i = 0; i < 9; i++) {
      vectors.push(i % 3 === 0 ? randomVector(50 * i + 1) : packed(UPDATE, random).vector);
    }
    const openings: Opening[] = [];
    for (const vector of vectors) openings.push({ commitment: await committer.commit(vector) });
    const read = (changed: Readonly<Record<number, Vector>>) => async (i: number) =>
      changed[i] ?? vectors[i];
    expect(await committer.checkOpenings(openings, read({}))).toEqual([]);
    const other = packed(UPDATE, random).vector;
    const above = packed(UPDATE, (bound) => bound).vector;
    const short = { ...other, bytes: other.bytes.slice(0, -1) };
    expect(await committer.checkOpenings(openings, read({ 4: other }))).toEqual([4]);
    const wrong = { 1: above, 3: other, 5: other, 6: above, 8: short };
    expect(await committer.checkOpenings(openings, read(wrong))).toEqual([1, 3, 5, 6, 8]);
    // The form does not matter, the scalars do.
    expect(await committer.commit(scalars)).toEqual(await committer.commit(sound));
  });
});
