// SPDX-License-Identifier: Apache-2.0
// Local training: multinomial logistic regression by mini-batch gradient descent, the same for the same seed.
import {
  checkSample,
  dequantiseWeights,
  FEATURE_SCALE,
  quantiseWeights,
  type Sample,
  type Shape,
} from '@training-ledger/protocol/statements';
import { WorkerError } from '../errors.ts';

/** Hyperparameters. */
export interface TrainingOptions {
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** Weight decay. */
  readonly l2?: number;
  readonly seed?: number;
}

/**
 * Trains from fixed-point weights on samples and gives fixed-point weights.
 * @throws WorkerError `TRAINING_DATA_INVALID` without samples; StatementError for samples of another shape.
 */
export function trainSoftmax(
  shape: Shape,
  initial: Int16Array,
  samples: readonly Sample[],
  { epochs = 10, learningRate = 0.1, batchSize = 16, l2 = 1e-4, seed = 1 }: TrainingOptions = {},
): Int16Array {
  if (samples.length === 0)
    throw new WorkerError('TRAINING_DATA_INVALID', 'There is nothing to train on.');
  for (const sample of samples) checkSample(shape, sample);
  const { features, classes } = shape;
  const row = features + 1;
  const weights = dequantiseWeights(initial);
  const random = seeded(seed);
  const order = samples.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.slice(start, start + batchSize);
      const gradient = new Float64Array(weights.length);
      for (const index of batch) addGradient(shape, weights, samples[index] as Sample, gradient);
      for (let i = 0; i < weights.length; i++) {
        const decay = i % row === features ? 0 : l2 * (weights[i] as number);
        weights[i] =
          (weights[i] as number) - learningRate * ((gradient[i] as number) / batch.length + decay);
      }
    }
  }
  return quantiseWeights(weights.subarray(0, classes * row));
}

/** Adds the gradient of the cross-entropy of one sample. */
function addGradient(
  { features, classes }: Shape,
  weights: Float64Array,
  sample: Sample,
  gradient: Float64Array,
): void {
  const row = features + 1;
  const input = Float64Array.from(sample.features, (feature) => feature / FEATURE_SCALE);
  const logits = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    let logit = weights[c * row + features] as number;
    for (let f = 0; f < features; f++)
      logit += (weights[c * row + f] as number) * (input[f] as number);
    logits[c] = logit;
  }
  const top = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  for (let c = 0; c < classes; c++) {
    const error = (exponentials[c] as number) / total - (c === sample.label ? 1 : 0);
    for (let f = 0; f < features; f++) {
      gradient[c * row + f] = (gradient[c * row + f] as number) + error * (input[f] as number);
    }
    gradient[c * row + features] = (gradient[c * row + features] as number) + error;
  }
}

function shuffle(items: number[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as number, items[i] as number];
  }
}

/** Small seeded generator (xorshift32): training has to be repeatable, not unpredictable. */
function seeded(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
