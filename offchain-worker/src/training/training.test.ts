// SPDX-License-Identifier: Apache-2.0
import {
  countCorrect,
  improvementOf,
  parameterCount,
  quantiseFeatures,
  type Sample,
  type Shape,
} from '@training-ledger/protocol/statements';
import { describe, expect, it } from 'vitest';
import { trainForImprovement } from './improvement.ts';
import { trainSoftmax } from './softmax.ts';
import { chooseValidationBatch } from './validation-batch.ts';

const SHAPE: Shape = { features: 16, classes: 4 };
const ZERO = new Int16Array(parameterCount(SHAPE));
const code = (value: string) => expect.objectContaining({ code: value });
/** Class c lights up features 4c to 4c + 3, with some noise. */
const SAMPLES: Sample[] = Array.from({ length: 80 }, (_, i) => ({
  features: quantiseFeatures(
    Array.from(
      { length: 16 },
      (_, f) => (Math.floor(f / 4) === i % 4 ? 0.8 : 0.1) + ((i * 7 + f * 3) % 10) / 100,
    ),
  ),
  label: i % 4,
}));

describe('local training', () => {
  it('learns', () => {
    const weights = trainSoftmax(SHAPE, ZERO, SAMPLES, { epochs: 20 });
    expect(countCorrect(SHAPE, ZERO, SAMPLES)).toBe(0);
    expect(countCorrect(SHAPE, weights, SAMPLES)).toBe(80);
  });

  it('gives the same weights for the same seed and others for another', () => {
    const train = (seed: number) => trainSoftmax(SHAPE, ZERO, SAMPLES, { seed });
    expect(train(3)).toEqual(train(3));
    expect(train(3)).not.toEqual(train(4));
  });

  it('refuses to train on nothing, or on samples of another shape', () => {
    expect(() => trainSoftmax(SHAPE, ZERO, [])).toThrow(code('TRAINING_DATA_INVALID'));
    expect(() => trainSoftmax(SHAPE, ZERO, [{ features: new Int8Array(3), label: 0 }])).toThrow(
      code('SHAPE_MISMATCH'),
    );
    expect(() => trainSoftmax(SHAPE, ZERO, [{ features: new Int8Array(16), label: 4 }])).toThrow(
      code('LABEL_RANGE'),
    );
  });
});

describe('a validation batch', () => {
  it('holds the samples that the update puts right', () => {
    const weights = trainSoftmax(SHAPE, ZERO, SAMPLES, { epochs: 20 });
    const batch = chooseValidationBatch(SHAPE, ZERO, weights, SAMPLES);
    expect(batch).toHaveLength(4);
    expect(improvementOf(SHAPE, { oldWeights: ZERO, newWeights: weights, batch })).toBe(4);
  });

  it('needs as many samples as the circuit takes', () => {
    expect(() => chooseValidationBatch(SHAPE, ZERO, ZERO, SAMPLES.slice(0, 3))).toThrow(
      code('TRAINING_DATA_INVALID'),
    );
  });
});

describe('training for an improvement', () => {
  it('stops at the first candidate that gains enough', () => {
    const { newWeights, batch, delta } = trainForImprovement(SHAPE, ZERO, SAMPLES, { delta: 3 });
    expect(delta).toBeGreaterThanOrEqual(3);
    expect(improvementOf(SHAPE, { oldWeights: ZERO, newWeights, batch })).toBe(delta);
  });

  it('says so if there is nothing left to gain', () => {
    const learned = trainSoftmax(SHAPE, ZERO, SAMPLES, { epochs: 20 });
    expect(() => trainForImprovement(SHAPE, learned, SAMPLES)).toThrow(code('NO_IMPROVEMENT'));
  });
});
