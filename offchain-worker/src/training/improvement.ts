// SPDX-License-Identifier: Apache-2.0
// Training until an update can be shown to improve the model by as much as a federation wants.
import { improvementOf, type Sample, type Shape } from '@training-ledger/protocol/statements';
import { WorkerError } from '../errors.ts';
import { type TrainingOptions, trainSoftmax } from './softmax.ts';
import { chooseValidationBatch } from './validation-batch.ts';

/** An update that can be recorded. */
export interface TrainedUpdate {
  readonly newWeights: Int16Array;
  /** Validation batch of the improvement proof. */
  readonly batch: readonly Sample[];
  /** Samples of the batch that the update gains. */
  readonly delta: number;
}

/** From gentle to strong: the first that suffices moves the model least. */
const CANDIDATES: readonly TrainingOptions[] = [
  { epochs: 5, learningRate: 0.1 },
  { epochs: 10, learningRate: 0.1 },
  { epochs: 10, learningRate: 0.3 },
  { epochs: 30, learningRate: 0.3 },
  { epochs: 60, learningRate: 0.5 },
];

/**
 * Trains with one candidate after another until the improvement on a batch of `validation` is at least `delta`.
 * @throws WorkerError `NO_IMPROVEMENT` if none gets there, `TRAINING_DATA_INVALID` for too few samples.
 */
export function trainForImprovement(
  shape: Shape,
  initial: Int16Array,
  samples: readonly Sample[],
  {
    delta = 1,
    validation = samples,
    candidates = CANDIDATES,
    seed = 1,
  }: {
    delta?: number;
    validation?: readonly Sample[];
    candidates?: readonly TrainingOptions[];
    seed?: number;
  } = {},
): TrainedUpdate {
  for (const candidate of candidates) {
    const newWeights = trainSoftmax(shape, initial, samples, { seed, ...candidate });
    const batch = chooseValidationBatch(shape, initial, newWeights, validation);
    const gained = improvementOf(shape, { oldWeights: initial, newWeights, batch });
    if (gained >= delta) return { newWeights, batch, delta: gained };
  }
  throw new WorkerError(
    'NO_IMPROVEMENT',
    `No training gains ${delta} samples of a validation batch.`,
    {
      hint: 'Train on other samples: the model may have learned what these can teach.',
    },
  );
}
