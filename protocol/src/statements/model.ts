// SPDX-License-Identifier: Apache-2.0
// The reference model: a linear classifier in fixed point, with the same integers as the circuits and vectors/check.py.
import { StatementError } from './errors.ts';
import { parameterCount, type Shape } from './shape.ts';

/** Weights are 16-bit multiples of 2^-12. */
export const WEIGHT_SCALE = 2 ** 12;
/** Features are 8-bit multiples of 1/127. The constant feature of the bias is 127. */
export const FEATURE_SCALE = 127;

/** A sample: signed 8-bit features and a label. */
export interface Sample {
  readonly features: Int8Array;
  readonly label: number;
}

/**
 * Weights in fixed point, class by class: the features' weights, then the bias; index c (F + 1) + f.
 * Halves round up; values beyond 16 bits are clipped.
 * @throws StatementError `WEIGHT_RANGE` for a weight that is not finite: training diverged.
 */
export function quantiseWeights(weights: ArrayLike<number>): Int16Array {
  const rounded = quantise(weights, WEIGHT_SCALE, 2 ** 15);
  if (rounded === undefined) {
    throw new StatementError(
      'WEIGHT_RANGE',
      'A weight is not a finite number.',
      undefined,
      'Training diverged: lower the learning rate.',
    );
  }
  return Int16Array.from(rounded);
}

/** How many weights {@link quantiseWeights} clips. */
export function countClipped(weights: ArrayLike<number>): number {
  return Array.from(weights).filter((weight) => {
    const value = Math.round(weight * WEIGHT_SCALE);
    return value < -(2 ** 15) || value >= 2 ** 15;
  }).length;
}

/** Weights as real numbers. */
export function dequantiseWeights(weights: Int16Array): Float64Array {
  return Float64Array.from(weights, (weight) => weight / WEIGHT_SCALE);
}

/**
 * Features of [-1, 1] in fixed point. Halves round up; values beyond 8 bits are clipped.
 * @throws StatementError `FEATURE_RANGE` for a feature that is not finite.
 */
export function quantiseFeatures(features: ArrayLike<number>): Int8Array {
  const rounded = quantise(features, FEATURE_SCALE, 2 ** 7);
  if (rounded === undefined) {
    throw new StatementError('FEATURE_RANGE', 'A feature is not a finite number.');
  }
  return Int8Array.from(rounded);
}

/** Multiples of 1 / scale, clipped to [-limit, limit); undefined if a value is not finite. */
function quantise(
  values: ArrayLike<number>,
  scale: number,
  limit: number,
): readonly number[] | undefined {
  const all = Array.from(values);
  if (!all.every(Number.isFinite)) return undefined;
  return all.map((value) => Math.max(-limit, Math.min(limit - 1, Math.round(value * scale))));
}

/**
 * Exact integer scores of a sample, one a class: sum_f W[c][f] x[f] + 127 b[c].
 * @throws StatementError `SHAPE_MISMATCH`.
 */
export function scores(shape: Shape, weights: Int16Array, features: Int8Array): number[] {
  checkWeights(shape, weights);
  checkFeatures(shape, features);
  const row = shape.features + 1;
  return Array.from({ length: shape.classes }, (_, c) => {
    // At most (F + 1) 2^22: exact in a double.
    let sum = (weights[c * row + shape.features] as number) * FEATURE_SCALE;
    for (let f = 0; f < shape.features; f++) {
      sum += (weights[c * row + f] as number) * (features[f] as number);
    }
    return sum;
  });
}

/** The class with the highest score; undefined if several share it. */
export function predict(
  shape: Shape,
  weights: Int16Array,
  features: Int8Array,
): number | undefined {
  const all = scores(shape, weights, features);
  const top = Math.max(...all);
  const first = all.indexOf(top);
  return all.lastIndexOf(top) === first ? first : undefined;
}

/** Whether the label's score is strictly above every other: a tie is wrong. */
export function isCorrect(shape: Shape, weights: Int16Array, sample: Sample): boolean {
  const all = scores(shape, weights, sample.features);
  const own = all[sample.label] as number;
  return all.every((score, c) => c === sample.label || own > score);
}

/** How many of the samples are classified correctly. */
export function countCorrect(
  shape: Shape,
  weights: Int16Array,
  samples: readonly Sample[],
): number {
  return samples.filter((sample) => isCorrect(shape, weights, sample)).length;
}

/** @throws StatementError `SHAPE_MISMATCH` if there are not as many weights as the shape has. */
export function checkWeights(shape: Shape, weights: Int16Array): void {
  const expected = parameterCount(shape);
  if (weights.length !== expected) {
    throw new StatementError(
      'SHAPE_MISMATCH',
      `A model of ${shape.features}x${shape.classes} has ${expected} weights.`,
      `Got ${weights.length}.`,
    );
  }
}

function checkFeatures(shape: Shape, features: Int8Array): void {
  if (features.length !== shape.features) {
    throw new StatementError(
      'SHAPE_MISMATCH',
      `A sample has ${shape.features} features.`,
      `Got ${features.length}.`,
    );
  }
}

/** @throws StatementError `SHAPE_MISMATCH` or `LABEL_RANGE`. */
export function checkSample(shape: Shape, { features, label }: Sample): void {
  checkFeatures(shape, features);
  if (!Number.isInteger(label) || label < 0 || label >= shape.classes) {
    throw new StatementError(
      'LABEL_RANGE',
      `A label is 0 to ${shape.classes - 1}.`,
      `Got ${label}.`,
    );
  }
}

/** One-hot row of a label, as the circuits take it. */
export function oneHot(classes: number, label: number): number[] {
  return Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0));
}
