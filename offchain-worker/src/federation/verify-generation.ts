// SPDX-License-Identifier: Apache-2.0
// Repeating a generation: that the recorded weights are the mean of the round's updates on top of those before.
import type { VectorCommitter } from '@training-ledger/circuits';
import { commitState } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ClientContext,
  fieldHex,
  generationWeights,
  required,
  verifyAggregate,
} from '@training-ledger/sdk';
import { WorkerError } from '../errors.ts';
import { applyMean } from './generation.ts';
import { type OpenedAggregate, openAggregate } from './opening.ts';

/** A generation that was repeated. */
export interface VerifiedGeneration extends Pick<OpenedAggregate, 'contributors' | 'wrong'> {
  readonly generation: number;
  readonly block: bigint;
}

/**
 * Checks a round's aggregate, opens it from what the committee published, and compares the generation that it makes with the one
 * recorded. Needs no key.
 * @throws SdkError of `verifyAggregate`, or `NOT_FOUND` if no generation came of the round; WorkerError `NOT_DECRYPTED`, or
 * `GENERATION_MISMATCH` if other weights were recorded.
 */
export async function verifyGeneration(
  reader: Pick<ClientContext, 'chain' | 'store'>,
  base: Hex,
  round: number,
  committer: VectorCommitter,
): Promise<VerifiedGeneration> {
  const { chain } = reader;
  const { block } = await verifyAggregate(reader, base, round, { committer });
  const records = await chain.entries('userModels', 'generations', base);
  const [index, record] = required(
    records.find(([, generation]) => generation.block === block),
    'generation of this round',
  );
  const generation = Number(index);
  const { mean, contributors, wrong } = await openAggregate(reader, base, round);
  const { weights } = await generationWeights(reader, base, record.parent ?? 0);
  const next = applyMean(weights, mean);
  if (fieldHex(commitState(next, 0n)) !== record.state.commitment) {
    throw new WorkerError('GENERATION_MISMATCH', 'The generation is not the mean of its updates.', {
      details: `Generation ${generation} of round ${round}.`,
      hint: 'The owner recorded other weights: do not adopt them.',
    });
  }
  return { generation, block, contributors, wrong };
}
