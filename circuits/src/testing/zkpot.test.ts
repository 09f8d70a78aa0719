// SPDX-License-Identifier: GPL-3.0-only
// Ways to overstate an accuracy, each with a transcript that fits the lie: the constraints refuse them.

import {
  evaluateChallenge,
  FIELD_ORDER,
  hashMany,
  poseidon,
  type Sample,
  type Signal,
  type Statement,
  scoreBits,
  toField,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import {
  challengeWitness,
  diagonal,
  packSum,
  SMALL,
  spike,
} from '@training-ledger/protocol/testing';
import { describe, expect, it } from 'vitest';
import { refusal } from './constraints.ts';

type Inputs = Statement['inputs'];
const BITS = scoreBits(SMALL);
const { weights, salt, challenge } = challengeWitness();
const sound = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge });
const big = (signal: unknown): bigint[] => (signal as (bigint | number)[]).map(BigInt);

/** sum_n r^n of the columns of rows. */
function combined(rows: readonly bigint[][], r: bigint): bigint[] {
  const sums = (rows[0] as bigint[]).map(() => 0n);
  let power = 1n;
  for (const row of rows) {
    row.forEach((value, f) => {
      sums[f] = toField((sums[f] as bigint) + power * value);
    });
    power = (power * r) % FIELD_ORDER;
  }
  return sums;
}

/**
 * What a prover would say who lies about the signals in `changes`: state, r, u, z and v are computed again, u by `lie` of
 * the true rows. v is always the verifier's.
 */
function forge(changes: Inputs, lie: (u: bigint[], r: bigint) => bigint[] = (u) => u): Inputs {
  const inputs: Inputs = { ...sound.inputs, ...changes };
  const state = poseidon([
    hashMany(
      1,
      packSum(
        big(inputs['weights']).map((weight) => weight + 2n ** 15n),
        16,
        15,
      ),
    ),
    salt,
  ]);
  const [top, q] = [big(inputs['top']), big(inputs['q'])];
  const values = (inputs['e'] as unknown[]).flatMap((row, n) => [
    ...big(row),
    (top[n] as bigint) + 2n ** BigInt(BITS - 1),
  ]);
  const labels = (inputs['labels'] as unknown[]).map((row) =>
    big(row).reduce((sum, one, c) => sum + one * BigInt(c), 0n),
  );
  const flagged = labels.map((label, n) => label + 256n * (q[n] as bigint));
  const transcript = [
    state,
    ...packSum(values, BITS, Math.floor(248 / BITS)),
    ...packSum(flagged, 9, 27),
  ];
  const r = hashMany(4, transcript);
  const rows = challenge.map(({ features, label }) => [...features, label].map(BigInt));
  const u = lie(combined(rows, r), r);
  const z = hashMany(5, [r, ...u]);
  const correct = toField(q.reduce((sum, flag) => sum + flag, 0n));
  return { ...inputs, state, r, u, z, v: evaluateChallenge(challenge, r, z), correct };
}

/** The line of the circuit that refuses the lie; undefined if none does. */
const refused = (changes: Inputs, lie?: Parameters<typeof forge>[1]): Promise<string | undefined> =>
  refusal({ ...sound, inputs: forge(changes, lie) });
const entry = (name: string, at: number, value: unknown, base: Inputs = sound.inputs): Inputs => ({
  [name]: (base[name] as unknown[]).with(at, value) as never,
});
/** Some of a statement's signals. */
const pick = ({ inputs }: Statement, ...names: string[]): Inputs =>
  Object.fromEntries(names.map((name) => [name, inputs[name] as Signal]));
/** Sample 3 shows class 3 and is labelled 0: the model misses it. */
const MISSED = 3;

describe('zkpot', () => {
  it('stands with a transcript computed apart', async () => {
    expect(sound.correct).toBe(12);
    expect(forge({})).toEqual(sound.inputs);
    expect(await refused({})).toBeUndefined();
  });

  it('may claim fewer samples, and has exactly as many as it says', async () => {
    const fewer = zkpotStatement(SMALL, { binding: 1n, correct: 5 }, challengeWitness());
    expect(await refusal(fewer)).toBeUndefined();
    for (const correct of [11n, 13n, 16n, FIELD_ORDER - 1n]) {
      expect(await refusal(sound, { correct })).toBe('count === correct;');
    }
  });

  it('has no flag where the model misses', async () => {
    const top = numbersOf('top');
    const rows = sound.inputs['e'] as number[][];
    const row = rows[MISSED] as number[];
    // As it is: the label is not on top.
    expect(await refused(entry('q', MISSED, 1))).toBe('q[n] * own[n].out === 0;');
    // The top moved to the label's score: others have a negative distance.
    const own = (top[MISSED] as number) - (row[0] as number);
    const moved = row.map((distance, c) => distance - (row[0] as number) - Number(c !== 0));
    const changes = {
      ...entry('q', MISSED, 1),
      ...entry('top', MISSED, own),
      ...entry('e', MISSED, moved.map(toField)),
    };
    expect(await refused(changes)).toBe('eRange[n][c].in <== e[n][c];');
    // Distances cut off at zero: the scores are no longer the model's.
    const cut = entry(
      'e',
      MISSED,
      moved.map((distance) => Math.max(0, distance)),
    );
    expect(await refused({ ...changes, ...cut })).toBe('left === right;');
  });

  it('has no flag where scores tie', async () => {
    // A model that says nothing: all scores are zero.
    const zero = [0, 0, 0, 0];
    const flat = {
      weights: [...diagonal(SMALL, 0)],
      top: challenge.map(() => 0),
      e: challenge.map(() => zero),
      q: challenge.map(() => 0),
    };
    expect(await refused(flat)).toBeUndefined();
    expect(await refused({ ...flat, ...entry('q', 0, 1, flat) })).toBe('left === right;');
    const shifted = [0, 1, 2, 3].map((c) => (c === 0 ? 0n : FIELD_ORDER - 1n));
    const below = { ...flat, ...entry('q', 0, 1, flat), ...entry('e', 0, shifted, flat) };
    expect(await refused(below)).toBe('eRange[n][c].in <== e[n][c];');
  });

  it.each([2, FIELD_ORDER - 1n])('has no flag of %s', async (flag) => {
    expect(await refused(entry('q', 0, flag))).toBe('q[n] * (q[n] - 1) === 0;');
    expect(await refused(entry('q', MISSED, flag))).toBe('q[n] * (q[n] - 1) === 0;');
  });

  it('has one-hot labels', async () => {
    for (const row of [
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [2, FIELD_ORDER - 1n, 0, 0],
    ]) {
      expect(await refused(entry('labels', 0, row))).toBe('label[n].in <== labels[n];');
    }
  });

  it('has the labels of the challenge', async () => {
    // Sample 3 said to be labelled 3, which is what the model says of it.
    const challengeOfTheProver = challenge.with(MISSED, spike(SMALL, 3));
    const lying = zkpotStatement(
      SMALL,
      { binding: 1n },
      { weights, salt, challenge: challengeOfTheProver },
    );
    expect(lying.correct).toBe(13);
    expect(await refusal(lying)).toBeUndefined();
    // The verifier evaluates its own challenge.
    const v = evaluateChallenge(challenge, lying.r, lying.z);
    expect(await refusal(lying, { v })).toBe('horner[0] === v;');
    // With the true labels in u, they do not fit those that r was drawn after.
    expect(await refused(pick(lying, 'labels', 'q', 'top', 'e'))).toBe('labelSum === u[F];');
  });

  it('has the features of the challenge', async () => {
    const easier: Sample[] = challenge.with(MISSED, spike(SMALL, 0));
    const lying = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge: easier });
    expect(lying.correct).toBe(13);
    const v = evaluateChallenge(challenge, lying.r, lying.z);
    expect(await refusal(lying, { v })).toBe('horner[0] === v;');
    // With the true features in u, the scores do not fit.
    expect(await refused(pick(lying, 'q', 'top', 'e'))).toBe('left === right;');
  });

  it('has the u that fits the challenge, not one that fits the scores', async () => {
    const easier: Sample[] = challenge.with(MISSED, spike(SMALL, 0));
    const lying = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge: easier });
    const rows = easier.map(({ features, label }) => [...features, label].map(BigInt));
    const scores = pick(lying, 'q', 'top', 'e');
    expect(await refused(scores, (_, r) => combined(rows, r))).toBe('horner[0] === v;');
    for (const at of [0, 15, 16]) {
      const off = (u: bigint[]): bigint[] => u.with(at, toField((u[at] as bigint) + 1n));
      expect(await refused({}, off)).toBe('horner[0] === v;');
    }
  });

  it('has points that are the hashes of its transcript', async () => {
    for (const [name, line] of [
      ['r', 'transcript.out === r;'],
      ['z', 'point.out === z;'],
    ] as const) {
      const point = toField((sound.inputs[name] as bigint) + 1n);
      expect(await refusal(sound, { [name]: point })).toBe(line);
    }
    // v for a z of the prover's choice.
    const v = evaluateChallenge(challenge, sound.r, 0n);
    expect(await refusal(sound, { z: 0n, v })).toBe('point.out === z;');
  });

  it('has scores of its bits', async () => {
    const half = 2n ** BigInt(BITS - 1);
    for (const top of [half, -half - 1n]) {
      expect(await refused(entry('top', 0, toField(top)))).toBe('topRange[n].in <== top[n];');
    }
    const [row] = sound.inputs['e'] as number[][];
    for (const distance of [FIELD_ORDER - 1n, 2n ** BigInt(BITS)]) {
      expect(await refused(entry('e', 0, (row as unknown[]).with(1, distance)))).toBe(
        'eRange[n][c].in <== e[n][c];',
      );
    }
  });

  it('has scores of the weights behind its state', async () => {
    const better = zkpotStatement(
      SMALL,
      { binding: 1n },
      { weights: diagonal(SMALL, 301), salt, challenge },
    );
    expect(await refused(pick(better, 'q', 'top', 'e'))).toBe('left === right;');
    expect(await refusal(sound, { salt: 1n })).toBe('commitment.out === state;');
  });

  it.each([32_768, -32_769])('has no weight of %s', async (weight) => {
    // One that no sample asks for: only its range can be wrong.
    expect(challenge.every(({ features }) => features[15] === 0)).toBe(true);
    expect(await refused(entry('weights', 15, 32_767))).toBeUndefined();
    expect(await refused(entry('weights', 15, weight))).toBe('commitment.salt <== salt;');
  });
});

function numbersOf(name: string): number[] {
  return (sound.inputs[name] as number[]).map(Number);
}
