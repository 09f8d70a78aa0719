// SPDX-License-Identifier: Apache-2.0
// Statement `zkpot` of a linear model: circom/zkpot.circom for a shape's default number of samples, circom/zkpot-margins.circom
// for others. The verifier's side is `evaluateChallenge`, which the chain computes itself.
import {
  combineChallenge,
  evaluateChallenge,
  flagCorrect,
  type ZkpotStatement,
} from './challenge.ts';
import { commitState } from './commitments.ts';
import { StatementError } from './errors.ts';
import { hashMany, pack } from './hash.ts';
import { marginBits, margins, packLabels, packRows } from './margins.ts';
import { checkSample, checkWeights, isCorrect, oneHot, type Sample, scores } from './model.ts';
import {
  circuitId,
  circuitShape,
  type Shape,
  scoreBits,
  shapeName,
  ZKPOT_CIRCUITS,
} from './shape.ts';
import { type Signal, statement } from './statement.ts';

/** What a circuit takes beside the weights, u and the labels, and the r that it was drawn after. */
interface Transcript {
  readonly r: bigint;
  readonly signals: Readonly<Record<string, Signal>>;
}

/**
 * The statement that the weights behind a state commitment classify `correct` of the challenge's samples; by default as
 * many as they do. The circuit is that of the shape and of the challenge's length.
 * @throws StatementError `SHAPE_MISMATCH`, `LABEL_RANGE`, `CORRECT_TOO_LARGE`, `SAMPLE_COUNT` for a number of samples that
 * no circuit is made for, or `UNKNOWN_CIRCUIT` for such a shape.
 */
export function zkpotStatement(
  shape: Shape,
  { binding, correct }: { binding: bigint; correct?: number },
  { weights, salt, challenge }: { weights: Int16Array; salt: bigint; challenge: readonly Sample[] },
): ZkpotStatement {
  checkWeights(shape, weights);
  const standard = challenge.length === circuitShape(shape).challenge;
  checkSampleCount(shape, challenge.length);
  for (const sample of challenge) checkSample(shape, sample);
  const right = challenge.map((sample) => isCorrect(shape, weights, sample));
  const { flags, claimed } = flagCorrect(right, correct);
  const all = challenge.map(({ features }) => scores(shape, weights, features));
  const state = commitState(weights, salt);
  const transcript = standard ? scoreTranscript : marginTranscript;
  const { r, signals } = transcript(shape, state, challenge, flags, all);
  const { u, z } = combineChallenge(challenge, r);
  const labels = challenge.map(({ label }) => oneHot(shape.classes, label));
  const base = statement(
    circuitId('zkpot', shape, standard ? undefined : challenge.length),
    { binding, state, correct: BigInt(claimed), r, z, v: evaluateChallenge(challenge, r, z) },
    { weights: [...weights], salt, u, ...signals, labels, q: flags.map(Number) },
  );
  return { ...base, correct: claimed, r, z };
}

/** @throws StatementError `SAMPLE_COUNT`. */
function checkSampleCount(shape: Shape, length: number): void {
  const made = ZKPOT_CIRCUITS.filter((each) => shapeName(each.shape) === shapeName(shape));
  if (made.some(({ samples }) => samples === length)) return;
  throw new StatementError(
    'SAMPLE_COUNT',
    `A challenge has ${made.map(({ samples }) => samples).join(' or ')} samples.`,
    `Got ${length}.`,
  );
}

/** Of circom/zkpot.circom. */
function scoreTranscript(
  shape: Shape,
  state: bigint,
  challenge: readonly Sample[],
  flags: readonly boolean[],
  all: readonly (readonly number[])[],
): Transcript {
  const bits = scoreBits(shape);
  const rows = challenge.map(({ label }, n) =>
    decompose(all[n] as readonly number[], label, flags[n] as boolean),
  );
  const values = rows.flatMap(({ top, e }) => [...e, top + 2 ** (bits - 1)].map(BigInt));
  const packed = pack(values, bits, Math.floor(248 / bits));
  return {
    r: hashMany(4, [state, ...packed, ...packLabels(challenge, flags)]),
    signals: { top: rows.map(({ top }) => top), e: rows.map(({ e }) => e) },
  };
}

/** Scores as top - e - q (1 - y). */
function decompose(
  all: readonly number[],
  label: number,
  flagged: boolean,
): { top: number; e: number[] } {
  const top = flagged ? (all[label] as number) : Math.max(...all);
  return { top, e: all.map((score, c) => top - score - Number(flagged && c !== label)) };
}

/** Of circom/zkpot-margins.circom. */
function marginTranscript(
  shape: Shape,
  state: bigint,
  challenge: readonly Sample[],
  flags: readonly boolean[],
  all: readonly (readonly number[])[],
): Transcript {
  const bits = marginBits(shape);
  const e = challenge.map(({ label }, n) =>
    margins(all[n] as readonly number[], label, flags[n] as boolean, bits),
  );
  const packed = [...packRows(e, bits), ...packLabels(challenge, flags)];
  return { r: hashMany(7, [state, ...packed]), signals: { e } };
}
