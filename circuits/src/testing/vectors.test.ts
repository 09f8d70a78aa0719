// SPDX-License-Identifier: GPL-3.0-only
// The circuits against the reference model: on the known answers, and on any small model and samples. Those of hundreds of
// thousands of constraints: large.test.ts.

import {
  circuitId,
  circuitShape,
  improvementOf,
  improvementStatement,
  isMlp,
  type Shape,
  type Statement,
  zkpotMlpStatement,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import {
  anyField,
  anySample,
  anyWeights,
  SMALL,
  SMALL_MLP,
} from '@training-ledger/protocol/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate } from './constraints.ts';
import { knownChallenges, type PlainSample, readVectors, samplesOf, statementOf } from './known.ts';

interface KnownImprovement {
  readonly shape: Shape;
  readonly oldWeights: number[];
  readonly newWeights: number[];
  readonly batch: PlainSample[];
  readonly salts: [string, string, string, string];
  readonly delta: number;
  readonly publicInputs: [string, ...string[]];
}
const big = (values: string[]): bigint[] => values.map(BigInt);
/** The public inputs that a circuit's witness of a statement has; throws if there is none. */
async function publicWires({ circuit, inputs, publicInputs }: Statement): Promise<bigint[]> {
  return (await calculate(circuit, inputs)).slice(1, 1 + publicInputs.length);
}

describe('the circuits on the known answers', () => {
  it.each<KnownImprovement>(readVectors('improvement'))(
    'improvement, $shape.features x $shape.classes',
    async (known) => {
      const statement = improvementStatement(
        known.shape,
        { binding: BigInt(known.publicInputs[0]), delta: known.delta },
        {
          oldWeights: Int16Array.from(known.oldWeights),
          newWeights: Int16Array.from(known.newWeights),
          oldSalt: BigInt(known.salts[0]),
          newSalt: BigInt(known.salts[1]),
          updateSalt: BigInt(known.salts[2]),
          batch: samplesOf(known.batch),
          batchSalt: BigInt(known.salts[3]),
        },
      );
      expect(await publicWires(statement)).toEqual(big(known.publicInputs));
    },
  );

  const quick = knownChallenges().filter(
    ({ shape, challenge }) => shape.features === 16 || (challenge.length === 64 && !isMlp(shape)),
  );
  it.each(
    quick.map((known) => [circuitId('zkpot', known.shape, known.challenge.length), known] as const),
  )('%s', async (circuit, known) => {
    const statement = statementOf(known);
    expect(statement.circuit).toBe(circuit);
    expect(statement.correct).toBe(known.correct);
    expect(await publicWires(statement)).toEqual(big(known.publicInputs));
  });
});

describe('the circuits on any small model', () => {
  const { batch, challenge } = circuitShape(SMALL);
  const some = (count: number) =>
    fc.array(anySample(SMALL), { minLength: count, maxLength: count });

  it('prove the improvement that the reference counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWeights(SMALL),
        anyWeights(SMALL),
        some(batch),
        anyField,
        async (one, other, drawn, salt) => {
          const salts = { oldSalt: salt, newSalt: salt, updateSalt: salt, batchSalt: salt };
          const forward = { oldWeights: one, newWeights: other, batch: drawn, ...salts };
          const backward = { ...forward, oldWeights: other, newWeights: one };
          // One of the two directions does not make it worse.
          const better = improvementOf(SMALL, forward) >= 0 ? forward : backward;
          const delta = improvementOf(SMALL, better);
          const statement = improvementStatement(SMALL, { binding: salt, delta }, better);
          expect(await publicWires(statement)).toEqual(statement.publicInputs);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('prove the accuracy that the reference counts, or less', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWeights(SMALL),
        some(challenge),
        anyField,
        async (weights, drawn, salt) => {
          const witness = { weights, salt, challenge: drawn };
          const { correct } = zkpotStatement(SMALL, { binding: salt }, witness);
          for (const claimed of new Set([correct, Math.floor(correct / 2), 0])) {
            const statement = zkpotStatement(SMALL, { binding: salt, correct: claimed }, witness);
            expect(await publicWires(statement)).toEqual(statement.publicInputs);
          }
        },
      ),
      { numRuns: 4 },
    );
  });

  it('prove the accuracy that the reference counts by margins, or less', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights(SMALL), some(32), anyField, async (weights, drawn, salt) => {
        const witness = { weights, salt, challenge: drawn };
        const { correct } = zkpotStatement(SMALL, { binding: salt }, witness);
        for (const claimed of new Set([correct, Math.floor(correct / 2), 0])) {
          const statement = zkpotStatement(SMALL, { binding: salt, correct: claimed }, witness);
          expect(await publicWires(statement)).toEqual(statement.publicInputs);
        }
      }),
      { numRuns: 4 },
    );
  });

  it('prove the accuracy that the reference counts of a hidden layer, or less', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights(SMALL_MLP), some(16), anyField, async (weights, drawn, salt) => {
        const witness = { weights, salt, challenge: drawn };
        const { correct } = zkpotMlpStatement(SMALL_MLP, { binding: salt }, witness);
        for (const claimed of new Set([correct, Math.floor(correct / 2), 0])) {
          const options = { binding: salt, correct: claimed };
          const statement = zkpotMlpStatement(SMALL_MLP, options, witness);
          expect(await publicWires(statement)).toEqual(statement.publicInputs);
        }
      }),
      { numRuns: 4 },
    );
  });
});
