// SPDX-License-Identifier: Apache-2.0
// Offline verification: what needs no node's word.
import type { Hex, TrainingBlock, TrainingOp } from '@training-ledger/runtime-types';
import { fromHex, sameBytes, toHex } from '../bytes.ts';
import { blockHash, opId } from '../codec/hashes.ts';
import type { LedgerCodec } from '../codec/ledger-codec.ts';
import { BLOCK_CONTEXT, mlDsaVerify } from '../crypto/ml-dsa.ts';
import { ProtocolError } from '../errors.ts';
import { verifyMerkleProof } from '../merkle.ts';

/** A sealed block with the leader's signature. */
export interface SealedBlock {
  readonly block: TrainingBlock;
  /** ML-DSA-65 signature over the block's hash. */
  readonly signature: Hex;
  /** Key that the leader had registered. */
  readonly sealingKey: Hex;
}

/** That an op is in a sealed block. */
export interface InclusionProof extends SealedBlock {
  /** The op's place among the block's leaves. */
  readonly leaf: number;
  /** Siblings from the leaf to the root. */
  readonly siblings: readonly Hex[];
}

/**
 * Checks a sealed block's signature. Trust in the key comes from outside: pass the keys that you trust.
 * @returns The block's hash.
 * @throws ProtocolError `BLOCK_SIGNATURE_INVALID`; `ARGUMENT_INVALID` for what is no block.
 */
export function verifySealedBlock(
  codec: LedgerCodec,
  { block, signature, sealingKey }: SealedBlock,
  trustedKeys?: readonly Hex[],
): Hex {
  const fail = (details: string): never => {
    throw new ProtocolError('BLOCK_SIGNATURE_INVALID', `Block ${block.number} is not sealed.`, {
      details,
    });
  };
  const [keyBytes, signatureBytes] = [sealingKey, signature].map(bytesOf);
  if (keyBytes === undefined || signatureBytes === undefined) {
    return fail('Its key or signature is not bytes in hex.');
  }
  if (trustedKeys !== undefined && !trustedKeys.some((key) => sameBytes(fromHex(key), keyBytes))) {
    fail('Its key is none of those that are trusted.');
  }
  const hash = blockHash(codec, block);
  if (!mlDsaVerify(keyBytes, fromHex(hash), signatureBytes, BLOCK_CONTEXT)) {
    fail("The signature is not the key's over this block.");
  }
  return hash;
}

/**
 * Checks that an op is in a sealed block.
 * @returns The block's hash.
 * @throws ProtocolError `INCLUSION_INVALID` or `BLOCK_SIGNATURE_INVALID`; `ARGUMENT_INVALID` for what is no op or block.
 */
export function verifyInclusion(
  codec: LedgerCodec,
  op: TrainingOp,
  proof: InclusionProof,
  trustedKeys?: readonly Hex[],
): Hex {
  const { block, leaf } = proof;
  const siblings = proof.siblings.map(bytesOf).filter((bytes) => bytes !== undefined);
  const included =
    Number.isSafeInteger(leaf) &&
    siblings.length === proof.siblings.length &&
    op.base === block.base &&
    op.sequence === block.firstOp + BigInt(leaf) &&
    verifyMerkleProof(
      fromHex(block.merkleRoot),
      fromHex(opId(codec, op)),
      leaf,
      block.opCount,
      siblings,
    );
  if (!included) {
    throw new ProtocolError('INCLUSION_INVALID', `The op is not in block ${block.number}.`);
  }
  return verifySealedBlock(codec, proof, trustedKeys);
}

/**
 * Checks that ops are the whole chain of one model, from its first.
 * @returns The head: the id of the last op, zeros for none.
 * @throws ProtocolError `HASH_CHAIN_BROKEN`.
 */
export function verifyHashChain(codec: LedgerCodec, ops: readonly TrainingOp[]): Hex {
  let head: Hex = toHex(new Uint8Array(32));
  ops.forEach((op, index) => {
    if (op.index !== index || op.prevHash !== head || op.model !== ops[0]?.model) {
      throw new ProtocolError(
        'HASH_CHAIN_BROKEN',
        `Op ${index} does not follow the one before it.`,
      );
    }
    head = opId(codec, op);
  });
  return head;
}

/**
 * Checks that blocks follow each other without a gap.
 * @throws ProtocolError `HASH_CHAIN_BROKEN` or `BLOCK_SIGNATURE_INVALID`.
 */
export function verifyBlockChain(
  codec: LedgerCodec,
  blocks: readonly SealedBlock[],
  trustedKeys?: readonly Hex[],
): void {
  blocks.reduce<Hex | undefined>((parent, sealed, i) => {
    const previous = blocks[i - 1]?.block;
    const follows =
      previous === undefined ||
      (sealed.block.parent === parent && sealed.block.number === previous.number + 1n);
    if (!follows) {
      throw new ProtocolError(
        'HASH_CHAIN_BROKEN',
        `Block ${sealed.block.number} does not follow the one before it.`,
      );
    }
    return verifySealedBlock(codec, sealed, trustedKeys);
  }, undefined);
}

/** Bytes that somebody else wrote in hex; undefined if they did not. */
function bytesOf(hex: Hex): Uint8Array | undefined {
  try {
    return fromHex(hex);
  } catch {
    return undefined;
  }
}
