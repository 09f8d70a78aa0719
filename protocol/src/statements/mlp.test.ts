// SPDX-License-Identifier: Apache-2.0
// The reference model with a hidden layer: its integers, and what cannot be proven of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySample, anyWeights, mlpWitness, SMALL, SMALL_MLP, spike } from '../testing/cases.ts';
import { marginBits, sumBits } from './margins.ts';
import { countCorrectMlp, evaluateMlp, isCorrectMlp } from './mlp.ts';
import { parameterCount } from './shape.ts';
import { zkpotMlpStatement } from './zkpot-mlp.ts';

const code = (value: string) => expect.objectContaining({ code: value });

/** floor(max(0, a) / 2^12) of the sums of one row after another, with whole numbers of any size. */
function layer(weights: readonly bigint[], inputs: readonly bigint[]): bigint[] {
  const extended = [...inputs, 127n];
  const rows = weights.length / extended.length;
  return Array.from({ length: rows }, (_, o) =>
    extended.reduce((sum, x, i) => sum + x * (weights[o * extended.length + i] as bigint), 0n),
  );
}

describe('a model with a hidden layer', () => {
  it('is exact, whatever the weights and the features', () => {
    fc.assert(
      fc.property(anyWeights(SMALL_MLP), anySample(SMALL_MLP), (weights, { features }) => {
        const all = Array.from(weights, BigInt);
        const sums = layer(all.slice(0, 17 * 8), Array.from(features, BigInt));
        const activations = sums.map((sum) => (sum > 0n ? sum / 4096n : 0n));
        const evaluation = evaluateMlp(SMALL_MLP, weights, features);
        expect(evaluation.sums.map(BigInt)).toEqual(sums);
        expect(evaluation.activations.map(BigInt)).toEqual(activations);
        expect(evaluation.scores.map(BigInt)).toEqual(layer(all.slice(17 * 8), activations));
      }),
    );
  });

  it('lies within the bits that the circuits give it', () => {
    for (const shape of [SMALL_MLP, { features: 64, hidden: 32, classes: 10 }]) {
      const { features, hidden } = shape;
      // The largest activations there are, and the largest difference of two scores on them.
      const weights = new Int16Array(parameterCount(shape)).fill(-32_768);
      weights.fill(32_767, hidden * (features + 1) + hidden + 1);
      const evaluation = evaluateMlp(shape, weights, new Int8Array(features).fill(-128));
      const largest = Math.max(...evaluation.sums.map(Math.abs));
      expect(largest).toBeLessThan(2 ** (sumBits(shape) - 1));
      const [one, other] = evaluation.scores as [number, number];
      expect(Math.abs(one - other)).toBeLessThan(2 ** (marginBits(shape) - 1));
      expect(Math.abs(one - other)).toBeGreaterThan(2 ** (marginBits(shape) - 3));
      expect(Math.abs(one - other)).toBeLessThan(Number.MAX_SAFE_INTEGER);
    }
    expect([sumBits(SMALL), marginBits(SMALL), sumBits(SMALL_MLP), marginBits(SMALL_MLP)]).toEqual([
      28, 29, 28, 35,
    ]);
  });

  it('is right where the label is strictly above all others', () => {
    const { weights, challenge } = mlpWitness();
    expect(countCorrectMlp(SMALL_MLP, weights, challenge)).toBe(12);
    const flat = weights.slice().fill(0, 17 * 8);
    expect(countCorrectMlp(SMALL_MLP, flat, challenge)).toBe(0);
    expect(isCorrectMlp(SMALL_MLP, weights, spike(SMALL_MLP, 2))).toBe(true);
    expect(isCorrectMlp(SMALL_MLP, weights, spike(SMALL_MLP, 2, 1))).toBe(false);
  });

  it('has weights and features of its shape', () => {
    const few = new Int16Array(parameterCount(SMALL_MLP) - 1);
    expect(() => evaluateMlp(SMALL_MLP, few, new Int8Array(16))).toThrow(code('SHAPE_MISMATCH'));
    const { weights } = mlpWitness();
    expect(() => evaluateMlp(SMALL_MLP, weights, new Int8Array(15))).toThrow(
      code('SHAPE_MISMATCH'),
    );
  });
});

describe('a statement about it', () => {
  const { weights, salt, challenge } = mlpWitness();
  const state = (change = {}, correct?: number) =>
    zkpotMlpStatement(
      SMALL_MLP,
      correct === undefined ? { binding: 1n } : { binding: 1n, correct },
      { weights, salt, challenge, ...change },
    );

  it.each([13, -1, 0.5, Number.NaN])('claims no %s samples', (correct) => {
    expect(() => state({}, correct)).toThrow(code('CORRECT_TOO_LARGE'));
  });

  it('has weights and samples of its circuit', () => {
    expect(() => state({ weights: weights.slice(1) })).toThrow(code('SHAPE_MISMATCH'));
    expect(() => state({ challenge: challenge.slice(1) })).toThrow(code('UNKNOWN_CIRCUIT'));
    expect(() => state({ challenge: challenge.with(0, spike(SMALL, 0, 4)) })).toThrow(
      code('LABEL_RANGE'),
    );
    expect(() => state({ salt: -1n })).toThrow(code('FIELD_RANGE'));
    const shape = { features: 16, hidden: 9, classes: 4 };
    const other = new Int16Array(parameterCount(shape));
    expect(() =>
      zkpotMlpStatement(shape, { binding: 1n }, { weights: other, salt, challenge }),
    ).toThrow(code('UNKNOWN_CIRCUIT'));
  });

  it('is another statement for another salt, weight, sample or flag', () => {
    const heavier = weights.slice();
    heavier[0] = (heavier[0] as number) + 1;
    const all = [
      state(),
      state({ salt: salt + 1n }),
      state({ weights: heavier }),
      state({ challenge: challenge.with(3, spike(SMALL_MLP, 3)) }),
      state({}, 11),
    ];
    expect(new Set(all.map(({ r }) => r)).size).toBe(5);
    expect(new Set(all.map(({ z }) => z)).size).toBe(5);
  });
});
