// SPDX-License-Identifier: Apache-2.0
// The batch on which an update is shown to improve the model.
import {
  circuitShape,
  isCorrect,
  type Sample,
  type Shape,
} from '@training-ledger/protocol/statements';
import { WorkerError } from '../errors.ts';

/**
 * As many samples as the `improvement` circuit takes: those that the update puts right first, so that the proof shows as
 * much as there is, then others in order. The proof says nothing about samples that are not in the batch.
 * @throws WorkerError `TRAINING_DATA_INVALID` if there are fewer samples than the circuit takes.
 */
export function chooseValidationBatch(
  shape: Shape,
  oldWeights: Int16Array,
  newWeights: Int16Array,
  samples: readonly Sample[],
): Sample[] {
  const { batch } = circuitShape(shape);
  if (samples.length < batch) {
    throw new WorkerError('TRAINING_DATA_INVALID', `A validation batch needs ${batch} samples.`, {
      details: `Got ${samples.length}.`,
    });
  }
  const gain = (sample: Sample): number =>
    Number(isCorrect(shape, newWeights, sample)) - Number(isCorrect(shape, oldWeights, sample));
  return samples
    .map((sample) => ({ sample, gain: gain(sample) }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, batch)
    .map(({ sample }) => sample);
}
