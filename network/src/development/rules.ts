// SPDX-License-Identifier: Apache-2.0
// The base model of development federations: a classifier of handwritten digits, and the rules of its rounds.
import { trainSoftmax } from '@training-ledger/offchain-worker';
import type { Rules } from '@training-ledger/runtime-types';
import { type BaseModelArgs, LOSSLESS_PACKING } from '@training-ledger/sdk';
import type { Shares } from './digits.ts';
import { DIGIT_SHAPE, toSamples } from './samples.ts';

/**
 * Phases in blocks, of which the embedded network makes one a second while nothing happens. An op is weighed as 10, and 5 for each sample
 * that it improves; of a pool the leader gets a tenth and the committee a twentieth.
 */
export const DEVELOPMENT_RULES: Rules = {
  minOps: 2,
  maxOps: 500,
  minContributors: 2,
  packing: LOSSLESS_PACKING,
  minImprovement: 0,
  // The chain's time runs ahead of the clock while blocks come fast.
  maxReceiptAge: 30n * 24n * 3_600_000n,
  baseWeight: 10,
  improvementWeight: 5,
  leaderShare: 1_000,
  committeeShare: 500,
  phases: { collect: 100_000, commit: 600, prove: 1_200, seal: 600, decrypt: 1_200 },
};

/** The base model, trained a little on the owner's share so that there is something to improve. */
export function developmentModel(
  { owner, test }: Pick<Shares, 'owner' | 'test'>,
  rules: Partial<Rules>,
): BaseModelArgs {
  const zero = new Int16Array(DIGIT_SHAPE.classes * (DIGIT_SHAPE.features + 1));
  return {
    shape: DIGIT_SHAPE,
    weights: trainSoftmax(DIGIT_SHAPE, zero, toSamples(owner), { epochs: 10 }),
    licence: 'CC BY 4.0',
    testSet: toSamples(test),
    rules: { ...DEVELOPMENT_RULES, ...rules },
  };
}
