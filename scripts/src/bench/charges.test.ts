// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compare, perBlock, readMeasurements } from './charges.ts';

const run = (n: number | undefined, extrinsic_time: number) => ({
  components: n === undefined ? [] : [['n', n]],
  extrinsic_time,
});

const results = JSON.stringify([
  { benchmark: 'hashing', time_results: [run(2, 9), run(1, 5), run(2, 7), run(2, 100)] },
  { benchmark: 'signature', time_results: [run(undefined, 3)] },
]);

describe('measurements', () => {
  it('are the medians of the runs of each parameter, in picoseconds', () => {
    const [hashing, signature] = readMeasurements(results);
    expect(hashing?.name).toBe('hashing');
    expect([...(hashing?.times ?? [])]).toEqual([
      [1, 5_000],
      [2, 9_000],
    ]);
    expect([...(signature?.times ?? [])]).toEqual([[1, 3_000]]);
  });

  it('stand beside what is charged for the same', () => {
    const charges = { hashing: [6_000, 8_000], signature: [4_000] };
    expect(compare(readMeasurements(results), charges)).toEqual([
      {
        name: 'hashing',
        points: [
          { n: 1, measured: 5_000, charged: 6_000 },
          { n: 2, measured: 9_000, charged: 8_000 },
        ],
      },
      { name: 'signature', points: [{ n: 1, measured: 3_000, charged: 4_000 }] },
    ]);
  });

  it('of what nothing is charged for are an error', () => {
    expect(() => compare(readMeasurements(results), { hashing: [1], signature: [1] })).toThrow(
      'Nothing is charged for hashing, n = 2.',
    );
  });
});

it('a block takes as much as its compute pays for', () => {
  const charges = {
    proof_of_inputs: [1e9, 1e9, 2e9, 4e9, 5e9, 8e9],
    op_of_a_federation: [16e9],
    batch_of_a_federation: Array.from({ length: 16 }, (_, i) => (i + 1) * 5e9),
  };
  expect(perBlock(charges)).toEqual([
    { kind: 'interaction proofs', alone: 400 },
    { kind: 'improvement proofs', alone: 250 },
    { kind: 'ownership proofs', alone: 1_000 },
    { kind: 'contribution proofs', alone: 500 },
    { kind: 'zkpot proofs', alone: 250 },
    { kind: 'ops with three proofs', alone: 125, batched: 400 },
  ]);
});
