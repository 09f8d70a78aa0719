// SPDX-License-Identifier: Apache-2.0
// A challenge's samples at the points of a transcript: what every circuit of `zkpot` has in common.
import { StatementError } from './errors.ts';
import { FIELD_ORDER, toField } from './field.ts';
import { hashMany } from './hash.ts';
import type { Sample } from './model.ts';
import type { Statement } from './statement.ts';

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

/** u[f] = sum_n r^n X[n][f], and the labels as one more column; z, a hash of r and u. */
export function combineChallenge(
  challenge: readonly Sample[],
  r: bigint,
): { u: bigint[]; z: bigint } {
  const width = challenge[0]?.features.length ?? 0;
  const u = new Array<bigint>(width + 1).fill(0n);
  let power = 1n;
  for (const { features, label } of challenge) {
    for (let f = 0; f < width; f++) {
      u[f] = toField((u[f] as bigint) + power * BigInt(features[f] as number));
    }
    u[width] = toField((u[width] as bigint) + power * BigInt(label));
    power = (power * r) % FIELD_ORDER;
  }
  return { u, z: hashMany(5, [r, ...u]) };
}

/**
 * Flags as many samples as are claimed to be correct: the first ones that are, so that whoever claims fewer than it
 * classifies leaves the last ones unflagged. By default all that are.
 * @throws StatementError `CORRECT_TOO_LARGE`.
 */
export function flagCorrect(
  right: readonly boolean[],
  correct: number | undefined,
): { flags: boolean[]; claimed: number } {
  const achieved = right.filter(Boolean).length;
  const claimed = correct ?? achieved;
  if (!Number.isInteger(claimed) || claimed < 0 || claimed > achieved) {
    throw new StatementError(
      'CORRECT_TOO_LARGE',
      `The model does not classify ${claimed} samples of the challenge correctly.`,
      `It classifies ${achieved}.`,
    );
  }
  let left = claimed;
  return { flags: right.map((isRight) => isRight && left-- > 0), claimed };
}
