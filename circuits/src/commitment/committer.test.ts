// SPDX-License-Identifier: GPL-3.0-only
// Commitments and the check of their openings, the same for every committer.

import {
  addCommitments,
  FIELD_ORDER,
  fieldFromBytes,
  subtractCommitments,
} from '@training-ledger/protocol/statements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMITTERS, randomVector, vectorOf } from '../testing/committers.ts';
import { readVectors } from '../testing/known.ts';
import { MAX_OPENINGS, MAX_SCALARS, type VectorCommitter } from './committer.ts';

const code = (value: string) => expect.objectContaining({ name: 'CommitterError', code: value });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const scalarsOf = (vector: Uint8Array): bigint[] =>
  Array.from({ length: vector.length / 32 }, (_, i) =>
    fieldFromBytes(vector.subarray(32 * i, 32 * i + 32)),
  );

describe.each(COMMITTERS)('$name', ({ create }) => {
  let committer: VectorCommitter;
  beforeAll(() => {
    committer = create();
  });
  afterAll(() => committer.close());

  describe('a commitment', () => {
    it('is that of the known answers', async () => {
      const { generators, commitments } = readVectors('vector-commitments');
      for (const [i, generator] of generators.entries()) {
        const unit = vectorOf([...Array(i).fill(0n), 1n]);
        expect(hex(await committer.commit(unit))).toBe(generator);
      }
      for (const { scalars, commitment } of commitments) {
        expect(hex(await committer.commit(vectorOf(scalars.map(BigInt))))).toBe(commitment);
      }
    });

    it('adds up as vectors do', async () => {
      const [a, b] = [randomVector(70), randomVector(50)];
      const [inA, inB] = [scalarsOf(a), scalarsOf(b)];
      const sum = vectorOf(inA.map((scalar, i) => scalar + (inB[i] ?? 0n)));
      const [ofA, ofB, ofSum] = [
        await committer.commit(a),
        await committer.commit(b),
        await committer.commit(sum),
      ];
      expect(addCommitments([ofA, ofB])).toEqual(ofSum);
      expect(subtractCommitments(ofSum, ofB)).toEqual(ofA);
      const openings = [{ commitment: addCommitments([ofB, ofA]) }];
      expect(await committer.checkOpenings(openings, async () => sum)).toEqual([]);
    });

    it('is the same with zeros appended, and another with anything else', async () => {
      const commitment = await committer.commit(vectorOf([1n, 2n]));
      expect(await committer.commit(vectorOf([1n, 2n, 0n, 0n]))).toEqual(commitment);
      expect(await committer.commit(vectorOf([2n, 1n]))).not.toEqual(commitment);
      expect(await committer.commit(vectorOf([0n, 1n, 2n]))).not.toEqual(commitment);
    });

    it.each([0, 1, 31, 33, 32 * (MAX_SCALARS + 1)])('is not made of %d bytes', async (length) => {
      const commitment = committer.commit(new Uint8Array(length));
      await expect(commitment).rejects.toEqual(code('VECTOR_INVALID'));
    });

    it.each([
      ['the group order', FIELD_ORDER],
      ['more than the group order', FIELD_ORDER + 1n],
      ['the largest number', 2n ** 256n - 1n],
    ])('is not made of %s as a scalar', async (_, value) => {
      for (const place of [0, 1500, 2999]) {
        const vector = new Uint8Array(32 * 3000);
        vector.set(bytes(value.toString(16).padStart(64, '0')).reverse(), 32 * place);
        await expect(committer.commit(vector)).rejects.toEqual(code('VECTOR_INVALID'));
      }
    });
  });

  describe('a check', () => {
    // Of different lengths, the longest in two steps of generators.
    const vectors = [40, 1, 1200, 7, 300, 2, 90, 64, 33, 5, 11].map(randomVector);
    let openings: { commitment: Uint8Array }[];
    beforeAll(async () => {
      openings = [];
      for (const vector of vectors) openings.push({ commitment: await committer.commit(vector) });
    });
    /** Names what does not hold after changing some vectors and commitments. */
    const wrong = (
      changed: Readonly<Record<number, Uint8Array | undefined>>,
      commitments: Readonly<Record<number, Uint8Array>> = {},
    ): Promise<number[]> =>
      committer.checkOpenings(
        openings.map((opening, i) => ({ commitment: commitments[i] ?? opening.commitment })),
        async (i) => (i in changed ? changed[i] : vectors[i]),
      );
    const changedAt = (index: number, place = 0): Uint8Array => {
      const vector = (vectors[index] as Uint8Array).slice();
      vector[place] = (vector[place] as number) ^ 1;
      return vector;
    };

    it('names nobody where all hold, or there are none', async () => {
      expect(await wrong({})).toEqual([]);
      expect(await committer.checkOpenings([], async () => undefined)).toEqual([]);
    });

    it.each([[[0]], [[10]], [[5, 6]], [[1, 4, 9]], [[0, 1, 2, 3, 4, 5]]])(
      'names exactly those with a wrong vector: %j',
      async (indices) => {
        const changed = Object.fromEntries(indices.map((i) => [i, changedAt(i, 3)]));
        expect(await wrong(changed)).toEqual(indices);
      },
    );

    it('names all where all are wrong', async () => {
      const all = vectors.map((_, i) => i);
      const changed = Object.fromEntries(all.map((i) => [i, changedAt(i)]));
      expect(await wrong(changed)).toEqual(all);
    });

    it('notices the last scalar, one that is missing or too many, and a changed order', async () => {
      const vector = vectors[2] as Uint8Array;
      const swapped = vector.slice();
      swapped.set(vector.subarray(0, 32), 32);
      swapped.set(vector.subarray(32, 64), 0);
      for (const other of [
        changedAt(2, vector.length - 3),
        vector.subarray(0, -32),
        new Uint8Array(Buffer.concat([vector, vectorOf([1n])])),
        swapped,
      ]) {
        expect(await wrong({ 2: other })).toEqual([2]);
      }
      const appended = new Uint8Array(Buffer.concat([vector, vectorOf([0n, 0n])]));
      expect(await wrong({ 2: appended })).toEqual([]);
    });

    it('names two whose mistakes cancel out, and two that are swapped', async () => {
      const [a, b] = [scalarsOf(vectors[0] as Uint8Array), scalarsOf(vectors[4] as Uint8Array)];
      const more = vectorOf([(a[0] as bigint) + 5n, ...a.slice(1)]);
      const less = vectorOf([((b[0] as bigint) + FIELD_ORDER - 5n) % FIELD_ORDER, ...b.slice(1)]);
      expect(await wrong({ 0: more, 4: less })).toEqual([0, 4]);
      expect(await wrong({ 0: vectors[4], 4: vectors[0] })).toEqual([0, 4]);
    });

    it('names those whose vector is missing, no vector or not canonical', async () => {
      const order = bytes(FIELD_ORDER.toString(16).padStart(64, '0')).reverse();
      for (const vector of [
        undefined,
        new Uint8Array(),
        (vectors[3] as Uint8Array).subarray(1),
        new Uint8Array(32 * (MAX_SCALARS + 1)),
        order,
      ]) {
        expect(await wrong({ 3: vector })).toEqual([3]);
        expect(await wrong({ 3: vector, 8: changedAt(8) })).toEqual([3, 8]);
      }
      expect(await wrong(Object.fromEntries(vectors.map((_, i) => [i, undefined])))).toEqual(
        vectors.map((_, i) => i),
      );
    });

    it('names those whose commitment is no point in its only form', async () => {
      const infinity = `${'00'.repeat(31)}40`;
      const isZero = { 1: vectorOf([0n, 0n]) };
      expect(await wrong(isZero, { 1: bytes(infinity) })).toEqual([]);
      const point = openings[1]?.commitment as Uint8Array;
      const negative = point.slice();
      negative[31] = (negative[31] as number) ^ 0x80;
      expect(await wrong({}, { 1: negative })).toEqual([1]);
      for (const malformed of [
        new Uint8Array(),
        point.subarray(1),
        new Uint8Array([...point, 0]),
        bytes('ff'.repeat(32)),
        bytes(`${'00'.repeat(31)}c0`),
        // 4^3 + 3 is no square.
        bytes(`04${'00'.repeat(31)}`),
        // The point at infinity with an x, or a sign.
        bytes(`01${'00'.repeat(30)}40`),
        // 1 + the modulus, where 1 is a coordinate.
        bytes('48fd7cd8168c203c8dca7168916a81975d588181b64550b829a031e1724e6430'),
      ]) {
        expect(await wrong(isZero, { 1: malformed })).toEqual([1]);
        expect(await wrong({ 7: changedAt(7) }, { 1: malformed })).toEqual([1, 7]);
      }
    });

    it('names nobody for what `read` gave once only', async () => {
      let times = 0;
      const read = async (i: number) => (i === 6 && times++ === 0 ? changedAt(6) : vectors[i]);
      expect(await committer.checkOpenings(openings, read)).toEqual([]);
      let reads = 0;
      // Another one is gone the second time.
      const evicted = async (i: number) => {
        reads++;
        if (i === 0) return reads > vectors.length ? undefined : vectors[0];
        return i === 6 && reads <= vectors.length ? changedAt(6) : vectors[i];
      };
      expect(await committer.checkOpenings(openings, evicted)).toEqual([0]);
    });

    it('fails as `read` does, and the next one works', async () => {
      const failing = committer.checkOpenings(openings, async (i) => {
        if (i === 4) throw new Error('The store is gone.');
        return vectors[i];
      });
      await expect(failing).rejects.toThrow('The store is gone.');
      expect(await wrong({})).toEqual([]);
    });

    it('lets others commit and waits for other checks', async () => {
      const expected = openings[0]?.commitment;
      const during = committer.checkOpenings(openings, async (i) => {
        expect(await committer.commit(vectors[0] as Uint8Array)).toEqual(expected);
        return vectors[i];
      });
      const results = await Promise.all([during, wrong({ 2: changedAt(2) }), wrong({})]);
      expect(results).toEqual([[], [2], []]);
    });

    it('is refused for too many openings', async () => {
      const many = Array(MAX_OPENINGS + 1).fill(openings[0]);
      const check = committer.checkOpenings(many, async () => vectors[0]);
      await expect(check).rejects.toEqual(code('TOO_MANY_OPENINGS'));
    });
  });

  describe('closing', () => {
    it('ends what waits, and all that comes after', async () => {
      const other = create();
      await other.commit(vectorOf([1n]));
      const check = other.checkOpenings(
        [{ commitment: new Uint8Array(32) }],
        () => new Promise((resolve) => setTimeout(resolve, 50, vectorOf([1n]))),
      );
      await other.close();
      await expect(check).rejects.toEqual(code('CLOSED'));
      await expect(other.commit(vectorOf([1n]))).rejects.toEqual(code('CLOSED'));
      const openings = [{ commitment: new Uint8Array(32) }];
      const late = other.checkOpenings(openings, async () => vectorOf([1n]));
      await expect(late).rejects.toEqual(code('CLOSED'));
      await other.close();
    });

    it('needs no commitment before', () => create().close());
  });
});

it('all committers agree, in every way of adding up', async () => {
  const committers = COMMITTERS.map(({ create }) => create());
  for (const count of [1, 3, 31, 32, 1025, 9000]) {
    const vector = randomVector(count);
    const [first, ...others] = await Promise.all(committers.map((one) => one.commit(vector)));
    for (const other of others) expect(other).toEqual(first);
  }
  await Promise.all(committers.map((one) => one.close()));
});
