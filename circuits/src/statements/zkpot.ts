// SPDX-License-Identifier: Apache-2.0
// Statement `zkpot`: circom/zkpot.circom. The verifier's side is `evaluateChallenge`, which the chain computes itself.
import { commitState } from './commitments.ts';
import { StatementError } from './errors.ts';
import { FIELD_ORDER, toField } from './field.ts';
import { hashMany, pack } from './hash.ts';
import { checkSample, checkWeights, isCorrect, oneHot, type Sample, scores } from './model.ts';
import { circuitId, circuitShape, type Shape, scoreBits } from './shape.ts';
import { type Statement, statement } from './statement.ts';

/** A `zkpot` statement with what its public inputs mean. */
export interface ZkpotStatement extends Statement {
  /** Samples that are proven to be classified correctly. */
  readonly correct: number;
  /** Points of the transcript at which the verifier evaluates the challenge. */
  readonly r: bigint;
  readonly z: bigint;
}

/** v = sum_n r^n ( sum_f z^f X[n][f] + z^F y[n] ). */
export function evaluateChallenge(challenge: readonly Sample[], r: bigint, z: bigint): bigint {
  let value = 0n;
  let power = 1n;
  for (const { features, label } of challenge) {
    let row = BigInt(label);
    for (let f = features.length - 1; f >= 0; f--) {
      row = toField(row * z + BigInt(features[f] as number));
    }
    value = (value + power * row) % FIELD_ORDER;
    power = (power * r) % FIELD_ORDER;
  }
  return value;
}

/**
 * The statement that the weights behind a state commitment classify `correct` of the challenge's samples; by default as
 * many as they do.
 * @throws StatementError `SHAPE_MISMATCH`, `SAMPLE_COUNT`, `LABEL_RANGE` or `CORRECT_TOO_LARGE`.
 */
export function zkpotStatement(
  shape: Shape,
  { binding, correct }: { binding: bigint; correct?: number },
  { weights, salt, challenge }: { weights: Int16Array; salt: bigint; challenge: readonly Sample[] },
): ZkpotStatement {
  checkWeights(shape, weights);
  const expected = circuitShape(shape).challenge;
  if (challenge.length !== expected) {
    throw new StatementError(
      'SAMPLE_COUNT',
      `A challenge has ${expected} samples.`,
      `Got ${challenge.length}.`,
    );
  }
  for (const sample of challenge) checkSample(shape, sample);
  const right = challenge.map((sample) => isCorrect(shape, weights, sample));
  const achieved = right.filter(Boolean).length;
  const claimed = correct ?? achieved;
  if (!Number.isInteger(claimed) || claimed < 0 || claimed > achieved) {
    throw new StatementError(
      'CORRECT_TOO_LARGE',
      `The model does not classify ${claimed} samples of the challenge correctly.`,
      `It classifies ${achieved}.`,
    );
  }
  // Whoever claims fewer than it classifies leaves the last ones unflagged.
  let left = claimed;
  const flags = right.map((isRight) => isRight && left-- > 0);
  const rows = challenge.map((sample, n) => decompose(shape, weights, sample, flags[n] as boolean));
  const state = commitState(weights, salt);
  const r = transcriptPoint(shape, state, challenge, flags, rows);
  const u = combine(shape, challenge, r);
  const z = hashMany(5, [r, ...u]);
  const base = statement(
    circuitId('zkpot', shape),
    { binding, state, correct: BigInt(claimed), r, z, v: evaluateChallenge(challenge, r, z) },
    {
      weights: [...weights],
      salt,
      u,
      top: rows.map(({ top }) => top),
      e: rows.map(({ e }) => e),
      labels: challenge.map(({ label }) => oneHot(shape.classes, label)),
      q: flags.map(Number),
    },
  );
  return { ...base, correct: claimed, r, z };
}

/** Scores as top - e - q (1 - y): see the circuit. */
function decompose(
  shape: Shape,
  weights: Int16Array,
  { features, label }: Sample,
  flagged: boolean,
): { top: number; e: number[] } {
  const all = scores(shape, weights, features);
  const top = flagged ? (all[label] as number) : Math.max(...all);
  return { top, e: all.map((score, c) => top - score - Number(flagged && c !== label)) };
}

/** r: a hash of everything that the challenge must not depend on. */
function transcriptPoint(
  shape: Shape,
  state: bigint,
  challenge: readonly Sample[],
  flags: readonly boolean[],
  rows: readonly { top: number; e: number[] }[],
): bigint {
  const bits = scoreBits(shape);
  const values = rows.flatMap(({ top, e }) => [...e, top + 2 ** (bits - 1)].map(BigInt));
  const labels = challenge.map(({ label }, n) => BigInt(label + 256 * Number(flags[n])));
  const packed = [...pack(values, bits, Math.floor(248 / bits)), ...pack(labels, 9, 27)];
  return hashMany(4, [state, ...packed]);
}

/** u[f] = sum_n r^n X[n][f], and the labels as one more column. */
function combine(shape: Shape, challenge: readonly Sample[], r: bigint): bigint[] {
  const u = new Array<bigint>(shape.features + 1).fill(0n);
  let power = 1n;
  for (const { features, label } of challenge) {
    for (let f = 0; f < shape.features; f++) {
      u[f] = toField((u[f] as bigint) + power * BigInt(features[f] as number));
    }
    u[shape.features] = toField((u[shape.features] as bigint) + power * BigInt(label));
    power = (power * r) % FIELD_ORDER;
  }
  return u;
}
