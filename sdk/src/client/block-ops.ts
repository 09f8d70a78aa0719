// SPDX-License-Identifier: Apache-2.0
// The ops of a round or block, taken from a node and checked against what they must add up to.

import { fromHex, merkleRoot, opId, toHex } from '@training-ledger/protocol';
import type { Hex, TrainingBlock, TrainingOp } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import { getOps } from './ops.ts';

/** An op with its id. */
export interface IdentifiedOp {
  readonly id: Hex;
  readonly op: TrainingOp;
}

/**
 * `count` ops of a federation from sequence number `first` on; each one's id is computed again.
 * @throws SdkError `LEDGER_INCONSISTENT` if the node gives other ops than it names.
 */
export async function pendingOps(
  chain: LedgerChain,
  base: Hex,
  first: bigint,
  count: number,
): Promise<IdentifiedOp[]> {
  const ops = await getOps(chain, base, first, count);
  const isSound = ({ id, op }: IdentifiedOp, i: number): boolean =>
    opId(chain.codec, op) === id && op.base === base && op.sequence === first + BigInt(i);
  if (!ops.every(isSound)) throw inconsistent('The node gave another op than the one it names.');
  return ops;
}

/** Merkle root over ops. */
export const opsRoot = (ops: readonly IdentifiedOp[]): Hex =>
  toHex(merkleRoot(ops.map(({ id }) => fromHex(id))));

/**
 * The ops of a sealed block, checked against its Merkle root.
 * @throws SdkError `LEDGER_INCONSISTENT`.
 */
export async function blockOps(chain: LedgerChain, block: TrainingBlock): Promise<IdentifiedOp[]> {
  const ops = await pendingOps(chain, block.base, block.firstOp, block.opCount);
  if (opsRoot(ops) !== block.merkleRoot) {
    throw inconsistent("The ops are not those under the block's Merkle root.");
  }
  return ops;
}

const inconsistent = (message: string): SdkError =>
  new SdkError('LEDGER_INCONSISTENT', message, { hint: 'Connect to another node.' });
