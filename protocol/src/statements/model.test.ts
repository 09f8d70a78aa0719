// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySample, anyWeights, diagonal, SMALL, spike } from '../testing/cases.ts';
import {
  checkSample,
  checkWeights,
  countClipped,
  countCorrect,
  dequantiseWeights,
  isCorrect,
  oneHot,
  predict,
  quantiseFeatures,
  quantiseWeights,
  scores,
} from './model.ts';
import { circuitShape, parameterCount, SHAPES, scoreBits } from './shape.ts';

const code = (value: string) => expect.objectContaining({ code: value });

describe('fixed point', () => {
  it('is the nearest multiple, clipped to its bits', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (real) => {
        const weight = quantiseWeights([real])[0] as number;
        if (Math.abs(real) < 7.9) expect(Math.abs(weight - real * 4096)).toBeLessThanOrEqual(0.5);
        else expect(weight).toBe(Math.max(-32768, Math.min(32767, Math.round(real * 4096))));
        const feature = quantiseFeatures([real])[0] as number;
        if (Math.abs(real) <= 1) expect(Math.abs(feature - real * 127)).toBeLessThanOrEqual(0.5);
        else expect(feature).toBe(real > 0 ? 127 : Math.max(-128, Math.round(real * 127)));
      }),
    );
  });

  it('gives exact weights back', () => {
    fc.assert(
      fc.property(fc.int16Array(), (weights) => {
        expect(quantiseWeights(dequantiseWeights(weights))).toEqual(weights);
        expect(countClipped(dequantiseWeights(weights))).toBe(0);
      }),
    );
  });

  it('says how much it clips', () => {
    expect(countClipped([8, -8, -8.001, 7.9999, 7.9998, 100])).toBe(4);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('has no place for %s', (value) => {
    expect(() => quantiseWeights([0, value])).toThrow(code('WEIGHT_RANGE'));
    expect(() => quantiseFeatures([value])).toThrow(code('FEATURE_RANGE'));
  });
});

describe('scores', () => {
  it('are the exact integers', () => {
    fc.assert(
      fc.property(anyWeights(SMALL), anySample(SMALL), (weights, { features }) => {
        const extended = [...features, 127].map(BigInt);
        const expected = Array.from({ length: SMALL.classes }, (_, c) =>
          extended.reduce((sum, x, f) => sum + x * BigInt(weights[17 * c + f] as number), 0n),
        );
        expect(scores(SMALL, weights, features).map(BigInt)).toEqual(expected);
      }),
    );
  });

  it('lie within the bits that the circuits give them', () => {
    for (const shape of SHAPES) {
      const low = new Int16Array(parameterCount(shape)).fill(-32768);
      const sample = new Int8Array(shape.features).fill(-128);
      const bound = (shape.features + 1) * 2 ** 22;
      expect(Math.abs(scores(shape, low, sample)[0] as number)).toBeLessThanOrEqual(bound);
      expect(2 * bound).toBeLessThanOrEqual(2 ** scoreBits(shape));
    }
  });

  it('decide: the label must be strictly above all others', () => {
    fc.assert(
      fc.property(anyWeights(SMALL), anySample(SMALL), (weights, sample) => {
        const sorted = scores(SMALL, weights, sample.features)
          .map((score, c) => ({ score, c }))
          .sort((a, b) => b.score - a.score);
        const [first, second] = sorted as [{ score: number; c: number }, { score: number }];
        const winner = first.score > second.score ? first.c : undefined;
        expect(predict(SMALL, weights, sample.features)).toBe(winner);
        expect(isCorrect(SMALL, weights, sample)).toBe(winner === sample.label);
      }),
    );
  });

  it('that tie make a sample wrong', () => {
    const flat = diagonal(SMALL, 0);
    const samples = [0, 1, 2, 3].map((label) => spike(SMALL, label));
    expect(countCorrect(SMALL, flat, samples)).toBe(0);
    expect(predict(SMALL, flat, spike(SMALL, 0).features)).toBeUndefined();
    expect(countCorrect(SMALL, diagonal(SMALL, 1), samples)).toBe(4);
  });
});

describe('shapes', () => {
  it('are checked', () => {
    expect(() => checkWeights(SMALL, new Int16Array(67))).toThrow(code('SHAPE_MISMATCH'));
    const few = { features: new Int8Array(15), label: 0 };
    expect(() => checkSample(SMALL, few)).toThrow(code('SHAPE_MISMATCH'));
    for (const label of [-1, 4, 0.5, Number.NaN]) {
      expect(() => checkSample(SMALL, spike(SMALL, 0, label))).toThrow(code('LABEL_RANGE'));
    }
    expect(() => circuitShape({ features: 3, classes: 2 })).toThrow(code('UNKNOWN_CIRCUIT'));
  });

  it('have one-hot labels', () => {
    expect(oneHot(4, 2)).toEqual([0, 0, 1, 0]);
  });
});
