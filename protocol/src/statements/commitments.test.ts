// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyField, anySample, anyWeights, SMALL, spike } from '../testing/cases.ts';
import {
  commitBatch,
  commitData,
  commitInteraction,
  commitState,
  commitUpdate,
  contributorId,
  isTime,
  nodeKeyHash,
  nullifier,
  receiptMessage,
  userId,
} from './commitments.ts';
import { hashMany, poseidon } from './hash.ts';
import { updateBetween } from './improvement.ts';

/** Numbers in groups, each group one number in base 2^width: written apart from `pack`, by way of hexadecimal text. */
function grouped(values: readonly number[], width: number, per: number): bigint[] {
  const groups: bigint[] = [];
  for (let i = 0; i < values.length; i += per) {
    const bits = values
      .slice(i, i + per)
      .reverse()
      .map((value) => value.toString(2).padStart(width, '0'));
    groups.push(BigInt(`0b${bits.join('')}`));
  }
  return groups;
}

describe('commitments to states, updates and batches', () => {
  it('hash shifted integers in groups, then the salt', () => {
    fc.assert(
      fc.property(anyWeights(SMALL), anyField, (weights, salt) => {
        const shifted = Array.from(weights, (weight) => weight + 32768);
        const expected = poseidon([hashMany(1, grouped(shifted, 16, 15)), salt]);
        expect(commitState(weights, salt)).toBe(expected);
      }),
      { numRuns: 20 },
    );
    fc.assert(
      fc.property(anyWeights(SMALL), anyWeights(SMALL), anyField, (before, after, salt) => {
        const update = updateBetween(before, after);
        const shifted = Array.from(after, (w, i) => w - (before[i] as number) + 65536);
        const expected = poseidon([hashMany(2, grouped(shifted, 17, 14)), salt]);
        expect(commitUpdate(update, salt)).toBe(expected);
      }),
      { numRuns: 20 },
    );
    const batches = fc.array(anySample(SMALL), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(batches, anyField, (batch, salt) => {
        const bytes = batch.flatMap(({ features, label }) => [
          ...Array.from(features, (feature) => feature + 128),
          label,
        ]);
        const expected = poseidon([hashMany(3, grouped(bytes, 8, 31)), salt]);
        expect(commitBatch(batch, salt)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('differ for any other content, order or salt', () => {
    fc.assert(
      fc.property(anyWeights(SMALL), fc.nat({ max: 67 }), anyField, (weights, at, salt) => {
        const other = weights.slice();
        other[at] = (weights[at] as number) ^ 1;
        expect(commitState(other, salt)).not.toBe(commitState(weights, salt));
        expect(commitState(weights, salt ^ 1n)).not.toBe(commitState(weights, salt));
      }),
      { numRuns: 20 },
    );
    const [a, b] = [spike(SMALL, 0), spike(SMALL, 1)];
    expect(commitBatch([a, b], 1n)).not.toBe(commitBatch([b, a], 1n));
  });
});

describe('tags', () => {
  it('keep the commitments apart', () => {
    fc.assert(
      fc.property(anyField, anyField, (a, b) => {
        const all = [
          userId(a),
          contributorId(a),
          nullifier(a, b),
          commitData(a, b),
          nodeKeyHash([a, b]),
          commitInteraction(a, b, 0, 0n),
        ];
        expect(new Set(all).size).toBe(all.length);
        expect(all.slice(0, 5)).toEqual([
          poseidon([10n, a]),
          poseidon([12n, a]),
          poseidon([11n, a, b]),
          poseidon([14n, a, b]),
          poseidon([15n, a, b]),
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it('shift feedback by 128', () => {
    fc.assert(
      fc.property(fc.integer({ min: -128, max: 127 }), (feedback) => {
        const expected = poseidon([13n, 1n, 2n, BigInt(feedback) + 128n, 3n]);
        expect(commitInteraction(1n, 2n, feedback, 3n)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the time of a receipt', () => {
  it('is whole milliseconds that a double holds', () => {
    expect([0, 1, Number.MAX_SAFE_INTEGER].every(isTime)).toBe(true);
    expect([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY].some(isTime)).toBe(false);
    expect(receiptMessage(5n, 7)).toBe(poseidon([16n, 5n, 7n]));
    expect(() => receiptMessage(5n, -1)).toThrow(expect.objectContaining({ code: 'RECEIPT_TIME' }));
  });
});
