// SPDX-License-Identifier: Apache-2.0
// The reference model with one hidden layer, in exact integers: circom/zkpot-mlp.circom and vectors/check.py have the same.
import { StatementError } from './errors.ts';
import { checkSample, FEATURE_SCALE, type Sample } from './model.ts';
import { type MlpShape, parameterCount, shapeName } from './shape.ts';

/**
 * Bits that ReLU cuts off a sum of the hidden layer. A sum is a multiple of 2^-12 / 127: without them an activation is a
 * multiple of 1/127, as a feature is, so that weights and biases of both layers have the same scale.
 */
export const HIDDEN_SHIFT = 12;

/** What a model with a hidden layer makes of one sample. */
export interface MlpEvaluation {
  /** a[j] = sum_f V[j][f] x[f] + 127 V[j][F], one a hidden unit. */
  readonly sums: readonly number[];
  /** h[j] = floor(max(0, a[j]) / 2^12). */
  readonly activations: readonly number[];
  /** s[c] = sum_j W[c][j] h[j] + 127 W[c][H], one a class. */
  readonly scores: readonly number[];
}

/**
 * Evaluates a model on a sample's features. Weights are the rows of the hidden layer V, then those of W; a row is the
 * inputs' weights, then the bias.
 * @throws StatementError `SHAPE_MISMATCH`.
 */
export function evaluateMlp(
  shape: MlpShape,
  weights: Int16Array,
  features: Int8Array,
): MlpEvaluation {
  checkMlpWeights(shape, weights);
  checkSample(shape, { features, label: 0 });
  const inner = shape.hidden * (shape.features + 1);
  const sums = applyLayer(weights.subarray(0, inner), Array.from(features));
  const activations = sums.map((sum) => Math.floor(Math.max(0, sum) / 2 ** HIDDEN_SHIFT));
  // At most 2^15 (8 (128 F + 127) H + 127): exact in a double for every shape that a circuit is made for.
  return { sums, activations, scores: applyLayer(weights.subarray(inner), activations) };
}

/** Rows of weights and a bias on the inputs and the constant 127. */
function applyLayer(weights: Int16Array, inputs: readonly number[]): number[] {
  const row = inputs.length + 1;
  return Array.from({ length: weights.length / row }, (_, o) =>
    inputs.reduce(
      (sum, input, i) => sum + (weights[o * row + i] as number) * input,
      (weights[o * row + inputs.length] as number) * FEATURE_SCALE,
    ),
  );
}

/** Whether the label's score is strictly above every other: a tie is wrong. */
export function isCorrectMlp(shape: MlpShape, weights: Int16Array, sample: Sample): boolean {
  const { scores } = evaluateMlp(shape, weights, sample.features);
  const own = scores[sample.label] as number;
  return scores.every((score, c) => c === sample.label || own > score);
}

/** How many of the samples are classified correctly. */
export function countCorrectMlp(
  shape: MlpShape,
  weights: Int16Array,
  samples: readonly Sample[],
): number {
  return samples.filter((sample) => isCorrectMlp(shape, weights, sample)).length;
}

/** @throws StatementError `SHAPE_MISMATCH` if there are not as many weights as the shape has. */
export function checkMlpWeights(shape: MlpShape, weights: Int16Array): void {
  const expected = parameterCount(shape);
  if (weights.length !== expected) {
    throw new StatementError(
      'SHAPE_MISMATCH',
      `A model of ${shapeName(shape)} has ${expected} weights.`,
      `Got ${weights.length}.`,
    );
  }
}
