// SPDX-License-Identifier: Apache-2.0
// The duty of a leader in the phase Seal: add the round's updates, build the block, sign and seal it.
import { addCommitments } from '@training-ledger/protocol/statements';
import type { Hex, Round, TrainingBlock } from '@training-ledger/runtime-types';
import {
  BLOCK_CONTEXT,
  blockHash,
  fromHex,
  includedOps,
  mlDsaSign,
  opsRoot,
  pendingOps,
  required,
  sealBlock,
  toHex,
  updateShape,
} from '@training-ledger/sdk';
import { aggregateUpdates } from '../federation/aggregate.ts';
import type { DutyContext } from './context.ts';
import { excludedOps } from './opening.ts';

/** A signed block as it is written down. */
interface WrittenBlock {
  /** Milliseconds, in decimal. */
  readonly timestamp: string;
  readonly merkleRoot: Hex;
  readonly content: Hex;
  readonly commitment: Hex;
  readonly contributors: number;
  readonly signature: Hex;
}

/**
 * Seals the round's block. A leader signs one block for a round, parent and set of excluded ops: the journal has it before it
 * is sent, so that a restart sends the same one. When another federation's block came first, the parent is another and so is
 * the block.
 */
export async function seal(context: DutyContext, index: number, round: Round): Promise<void> {
  const { client, base, journal, outbox, checks, log } = context;
  const { chain } = client;
  if ((await chain.query('trainingLedger', 'roundBlock', base, index)) !== undefined) return;
  const unsound = await checks.unsound(context, round);
  if (unsound.length > 0) {
    log.warn({ round: index, ops: unsound.map(String) }, 'the committee has to exclude ops first');
    return;
  }
  const excluded = [...(await excludedOps(context, round.firstOp, round.lastOp))].sort(ascending);
  if (await isUnsealable(context, round, excluded)) {
    const { account } = client.context.identity;
    const close = chain.prepare(account, 'trainingLedger', 'closeUnsealableRound', {
      base,
      round: index,
    });
    return outbox.send(['closed an unsealable round', String(index)], close, { round: index });
  }
  const last = await chain.query('trainingLedger', 'lastBlock');
  const parent =
    (await chain.query('trainingLedger', 'blockHashes', last)) ?? toHex(new Uint8Array(32));
  const place = {
    number: last + 1n,
    parent,
    round: index,
    firstOp: round.firstOp,
    opCount: Number(round.lastOp - round.firstOp),
  };
  const { timestamp, merkleRoot, signature, ...aggregate } = await journal.once<WrittenBlock>(
    base,
    index,
    ['block', [parent, ...excluded].join(' ')],
    () => signedBlock(context, place, excluded),
  );
  const call = sealBlock(client.context, {
    base,
    round: index,
    timestamp: BigInt(timestamp),
    merkleRoot,
    aggregate: { ...aggregate, excluded },
    parent,
    signature,
  });
  const { contributors } = aggregate;
  const fields = { round: index, block: Number(place.number), ops: contributors };
  await outbox.send(['sealed a block', `${index} ${parent} ${excluded.join(' ')}`], call, fields);
}

async function signedBlock(
  { client, base, sealing, address }: DutyContext,
  place: Pick<TrainingBlock, 'number' | 'parent' | 'round' | 'firstOp' | 'opCount'>,
  excluded: readonly bigint[],
): Promise<WrittenBlock> {
  const { chain, store } = client.context;
  const ops = await pendingOps(chain, base, place.firstOp, place.opCount);
  const included = includedOps(ops, excluded);
  const gradients = included.map(({ op }) => op.contents.gradient);
  const sum = await aggregateUpdates(store, gradients, await updateShape(chain, base));
  const content = await store.put(sum);
  const commitments = included.map(({ op }) => fromHex(op.contents.gradientCommitment));
  const commitment = toHex(addCommitments(commitments));
  const contributors = included.length;
  const timestamp = BigInt(String(await chain.api.query['timestamp']?.['now']?.()));
  const merkleRoot = opsRoot(ops);
  const hash = blockHash(chain.codec, {
    ...place,
    timestamp,
    base,
    merkleRoot,
    aggregate: { content, commitment, contributors, excluded },
    leader: address,
  });
  const signature = toHex(mlDsaSign(sealing, fromHex(hash), BLOCK_CONTEXT));
  return {
    timestamp: String(timestamp),
    merkleRoot,
    content,
    commitment,
    contributors,
    signature,
  };
}

/** Whether the ops that are left are of fewer accounts than the federation's rules ask for. */
async function isUnsealable(
  { client: { chain }, base }: DutyContext,
  { firstOp, lastOp }: Round,
  excluded: readonly bigint[],
): Promise<boolean> {
  const model = required(await chain.query('userModels', 'baseModels', base), 'such base model');
  const ops = await pendingOps(chain, base, firstOp, Number(lastOp - firstOp));
  const owners = new Set(includedOps(ops, excluded).map(({ op }) => op.owner));
  return owners.size < model.rules.minContributors;
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);
