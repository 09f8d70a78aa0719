// SPDX-License-Identifier: GPL-3.0-only
// Ways to overstate an improvement, each with commitments that fit: the constraints refuse them.

import {
  FIELD_ORDER,
  hashMany,
  type ImprovementWitness,
  improvementStatement,
  poseidon,
  type Statement,
} from '@training-ledger/protocol/statements';
import {
  diagonal,
  improvementWitness,
  packSum,
  SMALL,
  spike,
} from '@training-ledger/protocol/testing';
import { describe, expect, it } from 'vitest';
import { refusal } from './constraints.ts';

type Inputs = Statement['inputs'];
const numbers = (signal: unknown): number[] => (signal as number[]).map(Number);

const shift = (values: readonly number[], offset: number): bigint[] =>
  values.map((value) => BigInt(value + offset));
const state = (weights: number[], salt: bigint): bigint =>
  poseidon([hashMany(1, packSum(shift(weights, 2 ** 15), 16, 15)), salt]);

/** Inputs with their commitments computed again, whatever the values. */
function committed(inputs: Inputs): Inputs {
  const [old, next] = [numbers(inputs['oldWeights']), numbers(inputs['newWeights'])];
  const update = next.map((weight, i) => weight - (old[i] as number));
  const labels = (inputs['labels'] as number[][]).map((row) =>
    row.reduce((sum, one, c) => sum + one * c, 0),
  );
  const bytes = (inputs['features'] as number[][]).flatMap((row, n) => [
    ...shift(row, 128),
    BigInt(labels[n] as number),
  ]);
  const updateDigest = hashMany(2, packSum(shift(update, 2 ** 16), 17, 14));
  return {
    ...inputs,
    oldState: state(old, inputs['oldSalt'] as bigint),
    newState: state(next, inputs['newSalt'] as bigint),
    update: poseidon([updateDigest, inputs['updateSalt'] as bigint]),
    batch: poseidon([hashMany(3, packSum(bytes, 8, 31)), inputs['batchSalt'] as bigint]),
  };
}

const statementOf = (delta: number, change: Partial<ImprovementWitness> = {}): Statement =>
  improvementStatement(SMALL, { binding: 1n, delta }, { ...improvementWitness(), ...change });
/** The statement of an improvement by 4. */
const sound = statementOf(4);
/** The line of the circuit that refuses the lie; undefined if none does. */
const forged = (changes: Inputs, base = sound): Promise<string | undefined> =>
  refusal({ ...base, inputs: committed({ ...base.inputs, ...changes }) });
/** A signal's array with one entry changed. */
const entry = (name: string, at: number, value: unknown, base = sound): Inputs => ({
  [name]: (base.inputs[name] as unknown[]).with(at, value) as never,
});

describe('improvement', () => {
  it('stands with commitments computed apart', async () => {
    expect(committed(sound.inputs)).toEqual(sound.inputs);
    expect(await forged({})).toBeUndefined();
    expect(await forged({ delta: 3n })).toBeUndefined();
  });

  it.each([
    [5n, 'slack.in <== surely - B - delta;'],
    [255n, 'slack.in <== surely - B - delta;'],
    [256n, 'deltaRange.in <== delta;'],
    [FIELD_ORDER - 1n, 'deltaRange.in <== delta;'],
  ])('is not %s', async (delta, line) => {
    expect(await forged({ delta })).toBe(line);
  });

  it('does not count a sample that the new weights miss', async () => {
    const newWeights = diagonal(SMALL, 300).fill(0, 0, 17);
    const base = statementOf(3, { newWeights });
    expect(numbers(base.inputs['correct'])).toEqual([0, 1, 1, 1]);
    expect(await forged({ ...entry('correct', 0, 1, base) }, base)).toBe(
      'margin[n][c].in <== shown[n][c];',
    );
  });

  it('does not count a tie as correct', async () => {
    // Class 1 scores exactly what class 0 does.
    const newWeights = diagonal(SMALL, 300);
    newWeights[17] = 300;
    const base = statementOf(3, { newWeights });
    expect(numbers(base.inputs['correct'])).toEqual([0, 1, 1, 1]);
    expect(await forged(entry('correct', 0, 1, base), base)).toBe(
      'margin[n][c].in <== shown[n][c];',
    );
    expect(await forged({ ...entry('correct', 0, 1, base), delta: 4n }, base)).toBe(
      'margin[n][c].in <== shown[n][c];',
    );
  });

  it('does not count a sample that the old weights had right', async () => {
    const { batch, newWeights } = improvementWitness();
    const oldWeights = diagonal(SMALL, 10).fill(0, 17);
    const base = statementOf(3, { oldWeights, newWeights, batch });
    expect(numbers(base.inputs['wrong'])).toEqual([0, 1, 1, 1]);
    for (const rival of [0, 1, 2, 3]) {
      const rivals = entry(
        'rivals',
        0,
        [0, 1, 2, 3].map((c) => Number(c === rival)),
        base,
      );
      // Class 0 is the label itself, which ties with itself.
      expect(await forged({ ...entry('wrong', 0, 1, base), ...rivals }, base)).toBe(
        rival === 0 ? 'rivalIsLabel[n][c] === 0;' : 'deficit[n].in <== lag[n];',
      );
    }
  });

  it('counts a tie of the old weights as wrong', async () => {
    const base = statementOf(4, { oldWeights: diagonal(SMALL, 0) });
    expect(await refusal(base)).toBeUndefined();
  });

  it.each(['correct', 'wrong'])('has 0 or 1 in %s', async (name) => {
    for (const flag of [2, FIELD_ORDER - 1n]) {
      expect(await forged(entry(name, 0, flag))).toBe(`${name}[n] * (${name}[n] - 1) === 0;`);
      expect(await forged({ ...entry(name, 0, flag), delta: 5n })).toBe(
        `${name}[n] * (${name}[n] - 1) === 0;`,
      );
    }
  });

  it.each(['labels', 'rivals'])('has one-hot rows in %s', async (name) => {
    for (const row of [
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [2, FIELD_ORDER - 1n, 0, 0],
      [0, 1, 1, FIELD_ORDER - 1n],
    ]) {
      const changes = entry(name, 0, row);
      const line = `${name.slice(0, -1)}[n].in <== ${name}[n];`;
      // Rows with another sum have no label that a commitment could hold.
      expect(await refusal(sound, changes)).toBe(line);
    }
  });

  it('has the labels of its batch', async () => {
    expect(await refusal(sound, entry('labels', 0, [0, 1, 0, 0]))).toBe(
      'batchCommitment.out === batch;',
    );
  });

  it.each([32_768, -32_769, 2 ** 20])('has no weight of %s', async (weight) => {
    // The commitment fits: its template checks the range.
    const [next, old] = ['newCommitment.salt <== newSalt;', 'oldCommitment.salt <== oldSalt;'];
    expect(await forged(entry('newWeights', 0, weight))).toBe(next);
    expect(await forged(entry('oldWeights', 67, weight))).toBe(old);
  });

  it('has weights at both ends of 16 bits', async () => {
    const newWeights = diagonal(SMALL, 32_767);
    const oldWeights = newWeights.map((weight) => (weight === 0 ? 0 : -32_768));
    expect(await refusal(statementOf(4, { oldWeights, newWeights }))).toBeUndefined();
  });

  it.each([128, -129, 256])('has no feature of %s', async (feature) => {
    const [row] = sound.inputs['features'] as number[][];
    expect(await forged(entry('features', 0, (row as number[]).with(15, feature)))).toBe(
      'feature[n][f].in <== features[n][f];',
    );
  });

  it.each([
    ['oldSalt', 'oldCommitment.out === oldState;'],
    ['newSalt', 'newCommitment.out === newState;'],
    ['updateSalt', 'updateCommitment.out === update;'],
    ['batchSalt', 'batchCommitment.out === batch;'],
  ])('has the %s of its commitment', async (name, line) => {
    expect(await refusal(sound, { [name]: 1n })).toBe(line);
  });

  it('has the samples and the update that it names', async () => {
    const { batch } = improvementWitness();
    const other = statementOf(4, { batch: batch.with(0, { ...spike(SMALL, 0), label: 0 }) });
    expect(other.publicInputs).toEqual(sound.publicInputs);
    const features = new Int8Array(16).fill(1, 0, 1);
    const mild = statementOf(4, { batch: batch.with(0, { features, label: 0 }) });
    expect(await refusal(mild, { batch: sound.inputs['batch'] as bigint })).toBe(
      'batchCommitment.out === batch;',
    );
    const weak = statementOf(4, { newWeights: diagonal(SMALL, 299) });
    for (const [name, line] of [
      ['update', 'updateCommitment.out === update;'],
      ['newState', 'newCommitment.out === newState;'],
    ] as const) {
      expect(await refusal(weak, { [name]: sound.inputs[name] as bigint })).toBe(line);
    }
  });
});
