// SPDX-License-Identifier: Apache-2.0
// Sealed blocks and inclusion proofs as the node gives them. Verify them before use.

import type { InclusionProof, SealedBlock } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import type { LedgerChain } from './chain.ts';
import { required } from './context.ts';

/**
 * A sealed block by its number.
 * @throws SdkError `NOT_FOUND`.
 */
export async function getBlock(chain: LedgerChain, number: bigint): Promise<SealedBlock> {
  const [block, signature, sealingKey] = await Promise.all([
    chain.query('trainingLedger', 'blocks', number),
    chain.query('trainingLedger', 'signatures', number),
    chain.query('trainingLedger', 'sealingKeys', number),
  ]);
  const what = `block ${number}`;
  return {
    block: required(block, what),
    signature: required(signature, what),
    sealingKey: required(sealingKey, what),
  };
}

/** The inclusion proof of an op; undefined before it is sealed. */
export async function getInclusionProof(
  chain: LedgerChain,
  op: Hex,
): Promise<InclusionProof | undefined> {
  const found = await chain.runtimeApi('trainingLedgerApi', 'merkleProof', { op });
  if (found === undefined) return undefined;
  const [number, leaf, siblings] = found;
  return { ...(await getBlock(chain, number)), leaf, siblings };
}
