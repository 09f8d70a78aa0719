// SPDX-License-Identifier: Apache-2.0
// The duty of a leader in the phase Seal: add the round's updates, build the block, sign and seal it.
import { parameterCount } from '@training-ledger/circuits/statements';
import type { Hex, Round, TrainingBlock } from '@training-ledger/runtime-types';
import {
  aggregateInputs,
  BLOCK_CONTEXT,
  blockHash,
  fromHex,
  mlDsaSign,
  required,
  sealBlock,
  toHex,
} from '@training-ledger/sdk';
import { aggregateUpdates } from '../federation/aggregate.ts';
import { opsRoot, pendingOps } from '../federation/block-ops.ts';
import type { DutyContext } from './context.ts';

/** A signed block as it is written down. */
interface WrittenBlock {
  /** Milliseconds, in decimal. */
  readonly timestamp: string;
  readonly merkleRoot: Hex;
  readonly content: Hex;
  readonly inputs: Hex;
  readonly signature: Hex;
}

/**
 * Seals the round's block. A leader signs one block for a round and parent: the journal has it before it is sent, so that
 * a restart sends the same one. When another federation's block came first, the parent is another and so is the block.
 */
export async function seal(context: DutyContext, index: number, round: Round): Promise<void> {
  const { client, base, journal, outbox } = context;
  const { chain } = client;
  if ((await chain.query('trainingLedger', 'roundBlock', base, index)) !== undefined) return;
  const last = await chain.query('trainingLedger', 'lastBlock');
  const parent =
    (await chain.query('trainingLedger', 'blockHashes', last)) ?? toHex(new Uint8Array(32));
  const opCount = Number(round.lastOp - round.firstOp);
  const { timestamp, merkleRoot, content, inputs, signature } = await journal.once<WrittenBlock>(
    base,
    index,
    ['block', parent],
    () =>
      signedBlock(context, {
        number: last + 1n,
        parent,
        round: index,
        firstOp: round.firstOp,
        opCount,
      }),
  );
  const call = sealBlock(client.context, {
    base,
    round: index,
    timestamp: BigInt(timestamp),
    merkleRoot,
    aggregate: { content, commitment: { type: 'Inputs', value: inputs }, contributors: opCount },
    parent,
    signature,
  });
  const fields = { round: index, block: Number(last + 1n), ops: opCount };
  await outbox.send(['sealed a block', `${index} ${parent}`], call, fields);
}

async function signedBlock(
  { client, bfv, base, sealing, address, log }: DutyContext,
  place: Pick<TrainingBlock, 'number' | 'parent' | 'round' | 'firstOp' | 'opCount'>,
): Promise<WrittenBlock> {
  const { chain, store } = client.context;
  const { shape } = required(
    await chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const ops = await pendingOps(chain, base, place.firstOp, place.opCount);
  const gradients = ops.map(({ op }) => op.contents.gradient);
  const { sum, excluded } = await aggregateUpdates(bfv, store, gradients, parameterCount(shape));
  if (excluded.length > 0)
    log.warn({ round: place.round, excluded }, 'unsound updates count as nothing');
  const content = await store.put(sum);
  const inputs = aggregateInputs(chain.codec, gradients);
  const timestamp = BigInt(String(await chain.api.query['timestamp']?.['now']?.()));
  const merkleRoot = opsRoot(ops);
  const hash = blockHash(chain.codec, {
    ...place,
    timestamp,
    base,
    merkleRoot,
    aggregate: {
      content,
      commitment: { type: 'Inputs', value: inputs },
      contributors: place.opCount,
    },
    leader: address,
  });
  const signature = toHex(mlDsaSign(sealing, fromHex(hash), BLOCK_CONTEXT));
  return { timestamp: String(timestamp), merkleRoot, content, inputs, signature };
}
