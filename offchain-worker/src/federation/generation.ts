// SPDX-License-Identifier: Apache-2.0
// The next generation of a base model: a sealed aggregate, opened, averaged, measured and proven.
import { countCorrect, parameterCount, type Sample, type Shape, zkpotStatement } from '@training-ledger/circuits/statements';
import type { Accuracy, Hex } from '@training-ledger/runtime-types';
import {
  bind,
  challengeSamples,
  type ClientContext,
  contentHash,
  eventData,
  fieldHex,
  getOps,
  type LedgerClient,
  type PreparedCall,
  proveHex,
  publicInput,
  readTestSet,
  required,
  writeModelFile,
} from '@training-ledger/sdk';
import type { Bfv } from '../bfv/seal.ts';
import { WorkerError } from '../errors.ts';
import { aggregateUpdates } from './aggregate.ts';
import type { FederationKeyHolder } from './key-holder.ts';

/** A generation that was recorded. */
export interface RecordedGeneration {
  readonly generation: number;
  readonly accuracy: Accuracy;
}

/** Mean of the updates, rounded, on top of the weights; clipped to 16 bits. */
export function applyAverage(weights: Int16Array, sum: Int32Array, contributors: number): Int16Array {
  return weights.map((weight, i) => {
    const next = weight + Math.round((sum[i] as number) / contributors);
    return Math.max(-32768, Math.min(32767, next));
  });
}

/**
 * Adds the round's ciphertexts again, opens the aggregate if the sealed one is the same, and prepares the recording of the
 * generation that it makes. Signed by the base model's owner.
 * @throws WorkerError `AGGREGATE_MISMATCH` or those of the key holder.
 */
export async function openGeneration(
  client: LedgerClient,
  bfv: Bfv,
  keyHolder: FederationKeyHolder,
  base: Hex,
  round: number,
): Promise<PreparedCall<RecordedGeneration>> {
  const { context } = client;
  const { chain, store } = context;
  const number = required(await chain.query('trainingLedger', 'roundBlock', base, round), 'block of this round');
  const { block } = await client.getBlock(number);
  const { shape, weights, generation } = await client.generationWeights(base);
  const ops = await getOps(chain, base, block.firstOp, block.opCount);
  const gradients = ops.map(({ op }) => op.contents.gradient);
  const values = parameterCount(shape);
  const aggregate = await aggregateUpdates(bfv, store, gradients, values);
  if (contentHash(aggregate) !== block.aggregate.content) {
    throw new WorkerError('AGGREGATE_MISMATCH', `The sealed aggregate of round ${round} is not the sum of its updates.`, {
      hint: 'Do not open it; the leader sealed another ciphertext.',
    });
  }
  const sum = await keyHolder.openAggregate(aggregate, gradients.length, values);
  const next = applyAverage(weights, sum, gradients.length);
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
      state: { content: await store.put(writeModelFile(shape, next)), commitment: publicInput(statement, 1) },
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
  const posted = required(await chain.query('zkpot', 'challenges', base, round), 'challenge of this round');
  return {
    testSet: readTestSet(shape, await store.get(model.testSet.content)),
    challenge: challengeSamples(posted),
  };
}
