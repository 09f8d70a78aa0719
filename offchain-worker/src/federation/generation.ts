// SPDX-License-Identifier: Apache-2.0
// The next generation of a base model: a sealed aggregate, opened, averaged, measured and proven.
import type { VectorCommitter } from '@training-ledger/circuits';
import {
  countCorrect,
  type Sample,
  type Shape,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import type { Accuracy, Hex } from '@training-ledger/runtime-types';
import {
  bind,
  type ClientContext,
  challengeSamples,
  eventData,
  fieldHex,
  type LedgerClient,
  type PreparedCall,
  proveHex,
  publicInput,
  readTestSet,
  required,
  writeModelFile,
} from '@training-ledger/sdk';
import { openAggregate } from './opening.ts';

/** A generation that was recorded. */
export interface RecordedGeneration {
  readonly generation: number;
  readonly accuracy: Accuracy;
}

/** The mean update on top of the weights, rounded to the nearest and clipped to 16 bits. */
export function applyMean(weights: Int16Array, mean: Float64Array): Int16Array {
  return weights.map((weight, i) => {
    const next = Math.round(weight + (mean[i] as number));
    return Math.max(-32_768, Math.min(32_767, next));
  });
}

/**
 * Opens the round's aggregate, which the committee decrypted, after checking it against the ledger, and prepares the recording
 * of the generation that it makes: weights, counts over the test set, and a proof over the round's challenge. Signed by the
 * base model's owner.
 * @throws SdkError of `verifyAggregate`; WorkerError `NOT_DECRYPTED`.
 */
export async function openGeneration(
  client: LedgerClient,
  committer: VectorCommitter,
  base: Hex,
  round: number,
): Promise<PreparedCall<RecordedGeneration>> {
  const { context } = client;
  const { chain, store } = context;
  await client.verifyAggregate(base, round, { committer });
  const { mean } = await openAggregate(context, base, round);
  const { shape, weights, generation } = await client.generationWeights(base);
  const next = applyMean(weights, mean);
  const { testSet, challenge } = await measured(context, base, round, shape);
  const statement = zkpotStatement(
    shape,
    { binding: bind(context, { type: 'Generation', base, generation: generation + 1 }) },
    { weights: next, salt: 0n, challenge },
  );
  return chain.prepare(
    context.identity.account,
    'trainingLedger',
    'recordGeneration',
    {
      base,
      round,
      state: {
        content: await store.put(writeModelFile(shape, next)),
        commitment: publicInput(statement, 1),
      },
      before: countCorrect(shape, weights, testSet),
      after: countCorrect(shape, next, testSet),
      correct: statement.correct,
      r: fieldHex(statement.r),
      z: fieldHex(statement.z),
      proof: await proveHex(context, statement),
    },
    (events) => eventData(events, 'GenerationRecorded'),
  );
}

async function measured(
  { chain, store }: ClientContext,
  base: Hex,
  round: number,
  shape: Shape,
): Promise<{ testSet: Sample[]; challenge: Sample[] }> {
  const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
  const posted = required(
    await chain.query('zkpot', 'challenges', base, round),
    'challenge of this round',
  );
  return {
    testSet: readTestSet(shape, await store.get(model.testSet.content)),
    challenge: challengeSamples(posted),
  };
}
