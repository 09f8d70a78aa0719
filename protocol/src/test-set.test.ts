// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { ChallengeSample, Hex } from '@training-ledger/runtime-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldHex, fromHex, hexField, toHex } from './bytes.ts';
import { verifyMerkleProof } from './merkle.ts';
import { evaluateChallenge, type Sample } from './statements/index.ts';
import {
  challengeSamples,
  drawChallenge,
  openChallenge,
  readTestSet,
  sampleLeaf,
  testSetRoot,
  writeTestSet,
} from './test-set.ts';

const file = new URL('../../test/vectors/encodings.json', import.meta.url);
const vectors = JSON.parse(await readFile(file, 'utf8'));
const SHAPE = { features: 5, classes: 3 };
const INVALID = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

const sample: fc.Arbitrary<Sample> = fc.record({
  features: fc.int8Array({ minLength: 5, maxLength: 5 }),
  label: fc.nat(2),
});
const testSet = fc.array(sample, { minLength: 1, maxLength: 40 });

describe('test sets', () => {
  it('come back from their file', () => {
    fc.assert(
      fc.property(testSet, (samples) => {
        expect(readTestSet(SHAPE, writeTestSet(samples))).toEqual(samples);
        // What files are read into is a view of something longer.
        const view = Buffer.concat([Buffer.of(1), writeTestSet(samples)]).subarray(1);
        expect(readTestSet(SHAPE, view)).toEqual(samples);
      }),
    );
  });

  it('of other shapes, or cut, are refused', () => {
    const bytes = writeTestSet([{ features: new Int8Array(5), label: 2 }]);
    expect(() => readTestSet(SHAPE, bytes.subarray(1))).toThrow(INVALID);
    expect(() => readTestSet({ ...SHAPE, features: 4 }, bytes)).toThrow(INVALID);
    expect(() => readTestSet({ ...SHAPE, classes: 2 }, bytes)).toThrow(INVALID);
    expect(readTestSet(SHAPE, new Uint8Array())).toEqual([]);
  });

  it('prove every sample that is drawn from them', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
    fc.assert(
      fc.property(testSet, seed, (samples, drawn) => {
        const indices = drawChallenge(drawn, samples.length, Math.ceil(samples.length / 2));
        const opened = openChallenge(samples, indices);
        const posted = challengeSamples(opened.samples);
        expect(posted).toEqual(indices.map((index) => samples[index]));
        const root = fromHex(testSetRoot(samples));
        indices.forEach((index, i) => {
          const leaf = sampleLeaf(posted[i] as Sample);
          const proof = (opened.proofs[i] as Hex[]).map(fromHex);
          expect(verifyMerkleProof(root, leaf, index, samples.length, proof)).toBe(true);
        });
      }),
    );
  });

  it('have no samples beyond their last', () => {
    expect(() => openChallenge([{ features: new Int8Array(5), label: 0 }], [1])).toThrow(INVALID);
  });
});

describe('drawing', () => {
  it.each(vectors.draws as { seed: Hex; size: number; count: number; indices: number[] }[])(
    "is the chain's for $count of $size",
    ({ seed, size, count, indices }) => {
      expect(drawChallenge(seed, size, count)).toEqual(indices);
    },
  );

  it('gives different samples of the set, or none when there are too few', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
    fc.assert(
      fc.property(seed, fc.nat(100), fc.nat(100), (drawn, size, count) => {
        const indices = drawChallenge(drawn, size, count);
        expect(indices).toHaveLength(count > size ? 0 : count);
        expect(new Set(indices).size).toBe(indices.length);
        expect(indices.every((index) => index >= 0 && index < size)).toBe(true);
      }),
    );
  });
});

describe('a posted challenge', () => {
  const { samples, r, z, v } = vectors.evaluation as {
    samples: (ChallengeSample & { leaf: Hex })[];
    r: Hex;
    z: Hex;
    v: Hex;
  };

  it("has the chain's leaves", () => {
    expect(challengeSamples(samples).map(sampleLeaf).map(toHex)).toEqual(
      samples.map(({ leaf }) => leaf),
    );
  });

  it("has the chain's value at a point", () => {
    const value = evaluateChallenge(challengeSamples(samples), hexField(r), hexField(z));
    expect(fieldHex(value)).toBe(v);
  });
});
