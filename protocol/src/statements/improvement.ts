// SPDX-License-Identifier: Apache-2.0
// Statement `improvement`: circom/improvement.circom.
import { commitBatch, commitState, commitUpdate } from './commitments.ts';
import { StatementError } from './errors.ts';
import { checkSample, checkWeights, isCorrect, oneHot, type Sample, scores } from './model.ts';
import { circuitId, circuitShape, type Shape } from './shape.ts';
import { type Statement, statement } from './statement.ts';

/** What `improvement` is about. */
export interface ImprovementWitness {
  readonly oldWeights: Int16Array;
  readonly newWeights: Int16Array;
  readonly oldSalt: bigint;
  readonly newSalt: bigint;
  readonly updateSalt: bigint;
  /** As many samples as the circuit of the shape takes. */
  readonly batch: readonly Sample[];
  readonly batchSalt: bigint;
}

/** The update between two states: new minus old, 17 bits signed. */
export function updateBetween(oldWeights: Int16Array, newWeights: Int16Array): Int32Array {
  return Int32Array.from(newWeights, (weight, i) => weight - (oldWeights[i] as number));
}

/** How many more samples of the batch the new weights classify correctly. */
export function improvementOf(
  shape: Shape,
  {
    oldWeights,
    newWeights,
    batch,
  }: Pick<ImprovementWitness, 'oldWeights' | 'newWeights' | 'batch'>,
): number {
  const count = (weights: Int16Array): number =>
    batch.filter((sample) => isCorrect(shape, weights, sample)).length;
  return count(newWeights) - count(oldWeights);
}

/**
 * The statement that the new weights classify at least `delta` more samples of the batch correctly.
 * @throws StatementError `SHAPE_MISMATCH`, `SAMPLE_COUNT`, `LABEL_RANGE` or `IMPROVEMENT_TOO_SMALL`.
 */
export function improvementStatement(
  shape: Shape,
  { binding, delta }: { binding: bigint; delta: number },
  witness: ImprovementWitness,
): Statement {
  const { oldWeights, newWeights, oldSalt, newSalt, updateSalt, batch, batchSalt } = witness;
  checkWeights(shape, oldWeights);
  checkWeights(shape, newWeights);
  const expected = circuitShape(shape).batch;
  if (batch.length !== expected) {
    throw new StatementError(
      'SAMPLE_COUNT',
      `A validation batch has ${expected} samples.`,
      `Got ${batch.length}.`,
    );
  }
  for (const sample of batch) checkSample(shape, sample);
  const improvement = improvementOf(shape, witness);
  if (!Number.isInteger(delta) || delta < 0 || improvement < delta) {
    throw new StatementError(
      'IMPROVEMENT_TOO_SMALL',
      `The new weights do not classify ${delta} more samples of the batch correctly.`,
      `They classify ${improvement} more.`,
      'Train further, or choose a batch that the update is about.',
    );
  }
  const { classes } = shape;
  return statement(
    circuitId('improvement', shape),
    {
      binding,
      oldState: commitState(oldWeights, oldSalt),
      update: commitUpdate(updateBetween(oldWeights, newWeights), updateSalt),
      newState: commitState(newWeights, newSalt),
      batch: commitBatch(batch, batchSalt),
      delta: BigInt(delta),
    },
    {
      oldWeights: [...oldWeights],
      newWeights: [...newWeights],
      oldSalt,
      newSalt,
      updateSalt,
      batchSalt,
      features: batch.map(({ features }) => [...features]),
      labels: batch.map(({ label }) => oneHot(classes, label)),
      correct: batch.map((sample) => Number(isCorrect(shape, newWeights, sample))),
      wrong: batch.map((sample) => Number(!isCorrect(shape, oldWeights, sample))),
      rivals: batch.map((sample) => oneHot(classes, bestRival(shape, oldWeights, sample))),
    },
  );
}

/** The class other than the label that scores highest. */
function bestRival(shape: Shape, weights: Int16Array, { features, label }: Sample): number {
  const all = scores(shape, weights, features);
  let best = label === 0 ? 1 : 0;
  all.forEach((score, c) => {
    if (c !== label && score > (all[best] as number)) best = c;
  });
  return best;
}
