// SPDX-License-Identifier: Apache-2.0
// Merkle trees of the ledger: RFC 6962 (section 2.1) with blake2-256. Mirrors chain/primitives/src/merkle.rs.
import { blake2, sameBytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';

const leafHash = (data: Uint8Array): Uint8Array => blake2(Uint8Array.of(0), data);
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  blake2(Uint8Array.of(1), left, right);

function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const next: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Uint8Array, level[i + 1]];
    // A last node without a sibling moves up unchanged.
    next.push(right === undefined ? left : nodeHash(left, right));
  }
  return next;
}

/** Root over the leaves' data; 32 zero bytes for none. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves.map(leafHash);
  while (level.length > 1) level = parents(level);
  return level[0] ?? new Uint8Array(32);
}

/**
 * Siblings of a leaf from the leaf up, leaving out the levels where the node has none.
 * @throws ProtocolError `ARGUMENT_INVALID` if there is no such leaf.
 */
export function merkleProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  return merkleProofs(leaves, [index])[0] as Uint8Array[];
}

/**
 * Proofs of several leaves; the tree is built once.
 * @throws ProtocolError `ARGUMENT_INVALID` if there is no such leaf.
 */
export function merkleProofs(
  leaves: readonly Uint8Array[],
  indices: readonly number[],
): Uint8Array[][] {
  const isLeaf = (index: number) =>
    Number.isSafeInteger(index) && index >= 0 && index < leaves.length;
  if (!indices.every(isLeaf)) {
    throw new ProtocolError(
      'ARGUMENT_INVALID',
      `A leaf of this tree is 0 to ${leaves.length - 1}.`,
    );
  }
  const levels = [leaves.map(leafHash)];
  while ((levels.at(-1) as Uint8Array[]).length > 1)
    levels.push(parents(levels.at(-1) as Uint8Array[]));
  return indices.map((index) =>
    levels.slice(0, -1).flatMap((level, depth) => {
      const sibling = level[(index >> depth) ^ 1];
      return sibling === undefined ? [] : [sibling];
    }),
  );
}

/** Whether `data` is leaf `index` of the `count` leaves under `root`. */
export function verifyMerkleProof(
  root: Uint8Array,
  data: Uint8Array,
  index: number,
  count: number,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return false;
  let node = leafHash(data);
  let used = 0;
  for (
    let place = index, width = count;
    width > 1;
    place = Math.floor(place / 2), width = Math.ceil(width / 2)
  ) {
    const isRight = place % 2 === 1;
    if (!isRight && place + 1 >= width) continue;
    const sibling = proof[used++];
    if (sibling === undefined) return false;
    node = isRight ? nodeHash(sibling, node) : nodeHash(node, sibling);
  }
  return used === proof.length && sameBytes(node, root);
}
