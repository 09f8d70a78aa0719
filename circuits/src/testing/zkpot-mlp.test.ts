// SPDX-License-Identifier: GPL-3.0-only
// Ways to overstate the accuracy of a model with a hidden layer, each with a transcript that fits the lie: the constraints
// refuse them.

import {
  evaluateChallenge,
  evaluateMlp,
  FIELD_ORDER,
  hashMany,
  marginBits,
  type Sample,
  sumBits,
  toField,
  zkpotMlpStatement,
} from '@training-ledger/protocol/statements';
import { mlpWitness, SMALL_MLP, spike } from '@training-ledger/protocol/testing';
import { describe, expect, it } from 'vitest';
import { innerRefusal, refusal } from './constraints.ts';
import { combined, Forger, pick } from './forge.ts';

const BITS = { sum: sumBits(SMALL_MLP), margin: marginBits(SMALL_MLP) };
/** What a lead of zero is where the sample is not flagged. */
const HALF = 2 ** (BITS.margin - 1);
const { weights, salt, challenge } = mlpWitness();
const sound = zkpotMlpStatement(SMALL_MLP, { binding: 1n }, { weights, salt, challenge });
const forger = new Forger(SMALL_MLP, sound, challenge);
/** Sample 3 shows class 3 and is labelled 0: the model misses it. */
const MISSED = 3;
/** Places of the hidden layer's weights and biases, and of the output layer's. */
const inner = (j: number, f: number): number => 17 * j + f;
const outer = (c: number, j: number): number => 17 * 8 + 9 * c + j;
const HIDDEN = 'hidden.out === relu.sums;';
const OUTPUT = 'classes.out === margins.differences;';
const SUM_RANGE = 'bits[n][j].in <== a[n][j] + (1 << (A - 1));';
const MARGIN_RANGE = 'range[n][c].in <== e[n][c];';

/** Margins of a model whose scores are `scores`, all samples flagged where the label leads. */
function claims(scores: (sample: Sample) => number[]): { e: bigint[][]; q: number[] } {
  const rows = challenge.map((sample) => {
    const all = scores(sample);
    const own = all[sample.label] as number;
    const leads = [0, 1, 2].map((c) => own - (all[c === sample.label ? 3 : c] as number));
    const q = all.every((score, c) => c === sample.label || own > score) ? 1 : 0;
    return { q, e: leads.map((lead) => toField(q === 1 ? lead - 1 : lead + HALF)) };
  });
  return { e: rows.map(({ e }) => e), q: rows.map(({ q }) => q) };
}

/** Scores of the weights' second layer on activations that `relu` makes of the true sums. */
const scoresBy =
  (relu: (sum: number, j: number) => number, of = weights) =>
  ({ features }: Sample): number[] => {
    const h = evaluateMlp(SMALL_MLP, of, features).sums.map(relu);
    return [0, 1, 2, 3].map((c) =>
      h.reduce(
        (sum, value, j) => sum + value * (of[outer(c, j)] as number),
        127 * (of[outer(c, 8)] as number),
      ),
    );
  };

describe('zkpot of a model with a hidden layer', () => {
  it('stands with a transcript computed apart', async () => {
    expect(sound.circuit).toBe('zkpot-16x8x4');
    expect(sound.correct).toBe(12);
    expect(forger.inputs({})).toEqual(sound.inputs);
    expect(await forger.refused({})).toBeUndefined();
    const relu = (sum: number): number => Math.floor(Math.max(0, sum) / 4096);
    expect(forger.inputs(claims(scoresBy(relu)))['r']).toBe(sound.r);
  });

  it('has sums, activations and leads as computed by hand', () => {
    const a = sound.inputs['a'] as number[][];
    // 3000 * 100 - 1000 * 127 where the feature shows, else the bias alone.
    expect(a[0]).toEqual([173_000, ...new Array(7).fill(-127_000)]);
    const e = sound.inputs['e'] as number[][];
    // floor(173000 / 4096) = 42, times 500.
    expect(e[0]).toEqual([20_999, 20_999, 20_999]);
    expect(e[MISSED]).toEqual([HALF - 21_000, HALF, HALF]);
  });

  it('may claim fewer samples, and has exactly as many as it says', async () => {
    const witness = { weights, salt, challenge };
    const fewer = zkpotMlpStatement(SMALL_MLP, { binding: 1n, correct: 5 }, witness);
    expect(await innerRefusal(fewer)).toBeUndefined();
    for (const correct of [11n, 13n, 16n, FIELD_ORDER - 1n]) {
      expect(await innerRefusal(sound, { correct })).toBe('margins.correct === correct;');
    }
  });

  it('has no flag where the model misses', async () => {
    const flag = forger.entry('q', MISSED, 1);
    expect(await forger.refused(flag)).toBe(OUTPUT);
    const leads = [-21_001, -1, -1].map(toField);
    expect(await forger.refusedInside({ ...flag, ...forger.entry('e', MISSED, leads) })).toBe(
      MARGIN_RANGE,
    );
    expect(await forger.refused({ ...flag, ...forger.entry('e', MISSED, [0, 0, 0]) })).toBe(OUTPUT);
  });

  it('has no flag where scores tie', async () => {
    // The output layer says nothing: all scores are zero.
    const flat = {
      weights: [...weights.slice(0, 17 * 8), ...new Array(36).fill(0)],
      e: challenge.map(() => [HALF, HALF, HALF]),
      q: challenge.map(() => 0),
    };
    expect(await forger.refused(flat)).toBeUndefined();
    const flagged = { ...flat, ...forger.entry('q', 0, 1, flat) };
    expect(await forger.refused({ ...flagged, ...forger.entry('e', 0, [0, 0, 0], flat) })).toBe(
      OUTPUT,
    );
    const minus = [0, 0, 0].map(() => FIELD_ORDER - 1n);
    expect(await forger.refusedInside({ ...flagged, ...forger.entry('e', 0, minus, flat) })).toBe(
      MARGIN_RANGE,
    );
  });

  it.each([2, FIELD_ORDER - 1n])('has no flag of %s', async (flag) => {
    expect(await forger.refusedInside(forger.entry('q', MISSED, flag))).toBe(
      'q[n] * (q[n] - 1) === 0;',
    );
  });

  it('has one-hot labels', async () => {
    expect(await forger.refusedInside(forger.entry('labels', 0, [1, 1, 0, 0]))).toBe('sum === 1;');
    const negative = [2, FIELD_ORDER - 1n, 0, 0];
    expect(await forger.refusedInside(forger.entry('labels', 0, negative))).toBe(
      'in[c] * (in[c] - 1) === 0;',
    );
  });

  it('has the labels and the features of the challenge', async () => {
    for (const [sample, signals, line] of [
      [spike(SMALL_MLP, 3), ['labels', 'q', 'e'], 'margins.labelSum === u[F];'],
      [spike(SMALL_MLP, 0), ['a', 'q', 'e'], HIDDEN],
    ] as const) {
      const own = challenge.with(MISSED, sample);
      const witness = { weights, salt, challenge: own };
      const lying = zkpotMlpStatement(SMALL_MLP, { binding: 1n }, witness);
      expect(lying.correct).toBe(13);
      expect(await innerRefusal(lying)).toBeUndefined();
      const v = evaluateChallenge(challenge, lying.r, lying.z);
      expect(await innerRefusal(lying, { v })).toBe('horner[0] === v;');
      // With the true challenge in u, what r was drawn after does not fit.
      expect(await forger.refused(pick(lying, ...signals))).toBe(line);
      // With a u that fits it, v does not.
      if (line === HIDDEN) {
        const rows = own.map(({ features, label }) => [...features, label].map(BigInt));
        const lie = (_: bigint[], r: bigint): bigint[] => combined(rows, r);
        expect(await forger.refusedInside(pick(lying, ...signals), lie)).toBe('horner[0] === v;');
      }
    }
  });

  it('has points that are the hashes of what came before them', async () => {
    const rows = challenge.map(({ features, label }) => [...features, label].map(BigInt));
    for (const r of [0n, 1n, toField(sound.r + 1n)]) {
      const u = combined(rows, r);
      const z = hashMany(5, [r, ...u]);
      const v = evaluateChallenge(challenge, r, z);
      expect(await innerRefusal(sound, { r, u, z, v })).toBe('transcript.out === r;');
    }
    const v = evaluateChallenge(challenge, sound.r, 0n);
    expect(await innerRefusal(sound, { z: 0n, v })).toBe('point.out === z;');
  });

  it('has the sums of the hidden layer, of either sign', async () => {
    // Sample 3 is missed because unit 3 fires. Silenced, and unit 0 said to fire: the label would win.
    const a = sound.inputs['a'] as number[][];
    const swapped = (a[MISSED] as number[]).with(0, 173_000).with(3, -127_000);
    const own = (sample: Sample): number[] =>
      sample === challenge[MISSED]
        ? [21_000, 0, 0, 0]
        : scoresBy((sum) => Math.floor(Math.max(0, sum) / 4096))(sample);
    const lie = { ...forger.entry('a', MISSED, swapped), ...claims(own) };
    expect(lie.q[MISSED]).toBe(1);
    expect(await forger.refused(lie)).toBe(HIDDEN);
    // Each sum alone, and its sign alone.
    for (const [n, j] of [
      [0, 0],
      [0, 1],
      [15, 7],
    ] as const) {
      const sum = a[n]?.[j] as number;
      for (const other of [sum + 1, sum - 1, -sum]) {
        const changed = forger.cell('a', n, j, other);
        expect(await forger.refused(changed), `${n} ${j} ${other}`).toMatch(
          /^(hidden.out === relu.sums|classes.out === margins.differences);$/,
        );
      }
    }
  });

  it.each<[string, (sum: number, j: number) => number]>([
    ['that lets negative sums through', (sum) => Math.floor(sum / 4096)],
    ['that takes magnitudes', (sum) => Math.floor(Math.abs(sum) / 4096)],
    ['that leaks', (sum) => Math.floor((sum < 0 ? 0.5 * sum : sum) / 4096)],
    ['that lets nothing through', () => 0],
    ['that rounds up', (sum) => Math.ceil(Math.max(0, sum) / 4096)],
    ['that rounds to the nearest', (sum) => Math.round(Math.max(0, sum + 2048) / 4096)],
    ['that keeps the remainder', (sum) => Math.max(0, sum)],
    ['that shifts by 11 bits', (sum) => Math.floor(Math.max(0, sum) / 2048)],
    ['that shifts by 13 bits', (sum) => Math.floor(Math.max(0, sum) / 8192)],
    [
      'of which one unit is one off',
      (sum, j) => Math.floor(Math.max(0, sum) / 4096) + Number(j === 7),
    ],
  ])('has no ReLU %s', async (_, relu) => {
    // Every unit matters to a score, so that no other ReLU gives the same scores.
    const rich = weights.map((weight, i) => (i < outer(0, 0) ? weight : weight + ((7 * i) % 13)));
    const witness = { weights: rich, salt, challenge };
    const base = zkpotMlpStatement(SMALL_MLP, { binding: 1n }, witness);
    const other = new Forger(SMALL_MLP, base, challenge);
    expect(await other.refused({})).toBeUndefined();
    const lie = claims(scoresBy(relu, rich));
    expect(lie.e).not.toEqual((base.inputs['e'] as number[][]).map((row) => row.map(BigInt)));
    expect(await other.refused(lie)).toBe(OUTPUT);
  });

  it('rounds activations down, at each edge', async () => {
    // Unit 0's sum of a sample that shows 1 in feature 0 is its weight.
    for (const [sum, activation] of [
      [-1, 0],
      [0, 0],
      [1, 0],
      [4095, 0],
      [4096, 1],
      [8191, 1],
      [8192, 2],
      [32_767, 7],
      [-32_768, 0],
    ] as const) {
      const edge = weights.slice().fill(0, 0, outer(0, 0));
      edge[inner(0, 0)] = sum;
      const features = new Int8Array(16);
      features[0] = 1;
      const sample = { features, label: 0 };
      const evaluation = evaluateMlp(SMALL_MLP, edge, features);
      expect(evaluation.sums[0]).toBe(sum);
      expect(evaluation.activations[0]).toBe(activation);
      const samples = challenge.map(() => sample);
      const witness = { weights: edge, salt, challenge: samples };
      const statement = zkpotMlpStatement(SMALL_MLP, { binding: 1n }, witness);
      expect(statement.correct).toBe(activation > 0 ? 16 : 0);
      expect(await innerRefusal(statement)).toBeUndefined();
    }
  });

  it('has sums and margins of their bits', async () => {
    const half = 2n ** BigInt(BITS.sum - 1);
    for (const sum of [half, -half - 1n, -173_000n + FIELD_ORDER / 2n]) {
      expect(await forger.refusedInside(forger.cell('a', 0, 1, toField(sum)))).toBe(SUM_RANGE);
    }
    for (const margin of [FIELD_ORDER - 1n, 2n ** BigInt(BITS.margin)]) {
      expect(await forger.refusedInside(forger.cell('e', 0, 1, margin))).toBe(MARGIN_RANGE);
    }
    // What is too much in one place of a packing, and taken from the next: the same r, other values.
    const [sums, margins] = [sound.inputs['a'], sound.inputs['e']] as number[][][];
    for (const [name, row, bits, line] of [
      ['a', sums?.[0] as number[], BITS.sum, SUM_RANGE],
      ['e', margins?.[0] as number[], BITS.margin, MARGIN_RANGE],
    ] as const) {
      const carried = [
        BigInt(row[0] as number) + 2n ** BigInt(bits),
        toField((row[1] as number) - 1),
        ...row.slice(2),
      ];
      const moved = forger.entry(name, 0, carried);
      expect(forger.inputs(moved)['r']).toBe(sound.r);
      expect(await forger.refusedInside(moved)).toBe(line);
    }
  });

  it('has sums and scores of the weights behind its state', async () => {
    for (const [place, line] of [
      [inner(0, 0), HIDDEN],
      [inner(7, 16), HIDDEN],
      [outer(0, 0), OUTPUT],
      [outer(3, 8), OUTPUT],
    ] as const) {
      const other = weights.slice();
      other[place] = (other[place] as number) + 1;
      expect(await forger.refused({ weights: [...other] }), `weight ${place}`).toBe(line);
    }
    expect(await refusal(sound, { salt: 1n })).toBe('commitment.out === state;');
    // The layers' rows in another order are another model.
    const swapped = [...weights.slice(17), ...weights.slice(0, 17)];
    expect(await refusal(sound, { weights: swapped })).toBe('commitment.out === state;');
  });

  it.each([32_768, -32_769])('has no weight of %s', async (weight) => {
    // Ones that no sample asks for: only their range can be wrong.
    for (const place of [inner(7, 15), outer(0, 7)]) {
      expect(await forger.refused(forger.entry('weights', place, 32_767))).toBeUndefined();
      expect(await forger.refused(forger.entry('weights', place, weight))).toBe(
        'commitment.salt <== salt;',
      );
    }
  });

  it('proves the largest sums and leads that there are, flagged or not', async () => {
    const extreme = weights.slice().fill(-32_768);
    extreme.fill(32_767, 17 * 4, 17 * 8);
    extreme.fill(32_767, outer(1, 0), outer(2, 0));
    const corners = Array.from({ length: 16 }, (_, n) => ({
      features: new Int8Array(16).fill(n % 2 === 0 ? 127 : -128),
      label: n % 4 < 2 ? 1 : 0,
    }));
    for (const correct of [8, 0]) {
      const witness = { weights: extreme, salt, challenge: corners };
      const statement = zkpotMlpStatement(SMALL_MLP, { binding: 1n, correct }, witness);
      expect(await innerRefusal(statement)).toBeUndefined();
    }
  });
});
