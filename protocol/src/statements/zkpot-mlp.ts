// SPDX-License-Identifier: Apache-2.0
// Statement `zkpot` of a model with one hidden layer: circom/zkpot-mlp.circom.
import {
  combineChallenge,
  evaluateChallenge,
  flagCorrect,
  type ZkpotStatement,
} from './challenge.ts';
import { commitMlpState } from './commitments.ts';
import { hashMany } from './hash.ts';
import { marginBits, margins, packLabels, packRows, sumBits } from './margins.ts';
import { checkMlpWeights, evaluateMlp } from './mlp.ts';
import { checkSample, oneHot, type Sample } from './model.ts';
import { circuitId, type MlpShape } from './shape.ts';
import { statement } from './statement.ts';

/**
 * The statement that the weights behind a state commitment classify `correct` of the challenge's samples; by default as
 * many as they do. The circuit is that of the shape and of the challenge's length.
 * @throws StatementError `SHAPE_MISMATCH`, `LABEL_RANGE`, `CORRECT_TOO_LARGE`, or `UNKNOWN_CIRCUIT` for a shape or a number
 * of samples that no circuit is made for.
 */
export function zkpotMlpStatement(
  shape: MlpShape,
  { binding, correct }: { binding: bigint; correct?: number },
  { weights, salt, challenge }: { weights: Int16Array; salt: bigint; challenge: readonly Sample[] },
): ZkpotStatement {
  checkMlpWeights(shape, weights);
  const circuit = circuitId('zkpot', shape, challenge.length);
  for (const sample of challenge) checkSample(shape, sample);
  const evaluations = challenge.map(({ features }) => evaluateMlp(shape, weights, features));
  const right = challenge.map(({ label }, n) => {
    const scores = evaluations[n]?.scores ?? [];
    return scores.every((score, c) => c === label || (scores[label] as number) > score);
  });
  const { flags, claimed } = flagCorrect(right, correct);
  const bits = { sum: sumBits(shape), margin: marginBits(shape) };
  const a = evaluations.map(({ sums }) => [...sums]);
  const e = challenge.map(({ label }, n) =>
    margins(evaluations[n]?.scores ?? [], label, flags[n] as boolean, bits.margin),
  );
  const state = commitMlpState(weights, salt);
  const shifted = a.map((row) => row.map((sum) => sum + 2 ** (bits.sum - 1)));
  const r = hashMany(8, [
    state,
    ...packRows(shifted, bits.sum),
    ...packRows(e, bits.margin),
    ...packLabels(challenge, flags),
  ]);
  const { u, z } = combineChallenge(challenge, r);
  const labels = challenge.map(({ label }) => oneHot(shape.classes, label));
  const base = statement(
    circuit,
    { binding, state, correct: BigInt(claimed), r, z, v: evaluateChallenge(challenge, r, z) },
    { weights: [...weights], salt, u, a, e, labels, q: flags.map(Number) },
  );
  return { ...base, correct: claimed, r, z };
}
