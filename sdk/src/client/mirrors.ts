// SPDX-License-Identifier: Apache-2.0
// What a chain knows of models of other chains.

import { type LedgerCodec, opId } from '@training-ledger/protocol';
import type { Hex, Mirror, MirroredOp } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';

/** What the chain knows of a model that para `para` has or had; undefined for nothing. */
export function mirror(chain: LedgerChain, para: number, model: Hex): Promise<Mirror | undefined> {
  return chain.query('userModelSync', 'mirrors', para, model);
}

/**
 * The ops that para `para` recorded of a model and this chain mirrors, by index, checked by {@link verifyMirroredOps}.
 * @throws SdkError `HASH_CHAIN_BROKEN`.
 */
export async function mirroredOps(
  chain: LedgerChain,
  para: number,
  model: Hex,
): Promise<MirroredOp[]> {
  const ops = await storedOps(chain, para, model);
  verifyMirroredOps(chain.codec, model, ops, await mirror(chain, para, model));
  return ops;
}

/**
 * Checks that a mirror's ops, by index, are a model's hash chain that ends where the mirror does. Where the model was on another
 * chain between, the op before is not among them.
 * @throws SdkError `HASH_CHAIN_BROKEN`.
 */
export function verifyMirroredOps(
  codec: LedgerCodec,
  model: Hex,
  ops: readonly MirroredOp[],
  end: Pick<Mirror, 'head' | 'length'> | undefined,
): void {
  ops.forEach(({ id, op }, place) => {
    const before = ops[place - 1];
    const isLater = before === undefined || op.index > before.op.index;
    const follows =
      before === undefined || op.index !== before.op.index + 1 || op.prevHash === before.id;
    if (!isLater || !follows || op.model !== model || opId(codec, op) !== id) {
      throw broken(`Op ${op.index} is not the one that follows the one before it.`);
    }
  });
  const last = ops.at(-1);
  if (last !== undefined && (end?.head !== last.id || end.length !== last.op.index + 1)) {
    throw broken('The ops do not end where the mirror does.');
  }
}

/** The ops as the node gives them, by index. */
async function storedOps(chain: LedgerChain, para: number, model: Hex): Promise<MirroredOp[]> {
  const entries = await chain.entries('userModelSync', 'mirrorOps', [para, model]);
  const ops = entries.map(([, mirrored]) => mirrored);
  return ops.sort((a, b) => a.op.index - b.op.index);
}

const broken = (details: string): SdkError =>
  new SdkError('HASH_CHAIN_BROKEN', 'The mirrored ops are not a hash chain.', {
    details,
    hint: 'Connect to another node.',
  });
