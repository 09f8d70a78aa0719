// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { Hex } from '@training-ledger/runtime-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blake2, fromHex, toHex } from './bytes.ts';
import { merkleProof, merkleProofs, merkleRoot, verifyMerkleProof } from './merkle.ts';

const file = new URL('../../test/vectors/encodings.json', import.meta.url);
const trees: { leaves: Hex[]; root: Hex; proofs: Hex[][] }[] = JSON.parse(
  await readFile(file, 'utf8'),
).trees;

/** A tree with one of its leaves. */
const tree = fc
  .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 })
  .chain((leaves) => fc.record({ leaves: fc.constant(leaves), index: fc.nat(leaves.length - 1) }));

describe('Merkle trees', () => {
  it.each(trees)("are the chain's for leaves $leaves", ({ leaves, root, proofs }) => {
    const data = leaves.map(fromHex);
    expect(toHex(merkleRoot(data))).toBe(root);
    const all = merkleProofs(
      data,
      data.map((_, i) => i),
    );
    expect(all.map((proof) => proof.map(toHex))).toEqual(proofs);
  });

  it('prove each of their leaves', () => {
    fc.assert(
      fc.property(tree, ({ leaves, index }) => {
        const proof = merkleProof(leaves, index);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length)));
        const leaf = leaves[index] as Uint8Array;
        const root = merkleRoot(leaves);
        expect(verifyMerkleProof(root, leaf, index, leaves.length, proof)).toBe(true);
      }),
    );
  });

  it('have another root when any leaf is another', () => {
    fc.assert(
      fc.property(tree, ({ leaves, index }) => {
        const changed = leaves.slice();
        changed[index] = Uint8Array.of(...(leaves[index] as Uint8Array), 1);
        expect(merkleRoot(changed)).not.toEqual(merkleRoot(leaves));
      }),
    );
  });

  it('keep leaves and nodes apart', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    const node = [a, b].map((leaf) => blake2(Uint8Array.of(0), leaf));
    const joined = Uint8Array.of(...(node[0] as Uint8Array), ...(node[1] as Uint8Array));
    expect(merkleRoot([joined])).not.toEqual(merkleRoot([a, b]));
  });
});

describe('Merkle proofs do not hold', () => {
  const leaves = Array.from({ length: 7 }, (_, i) => Uint8Array.of(i));
  const root = merkleRoot(leaves);
  const proof = merkleProof(leaves, 2);
  const leaf = Uint8Array.of(2);
  const holds = (
    changes: Partial<{ root: Uint8Array; leaf: Uint8Array; index: number; count: number }>,
    siblings: Uint8Array[] = proof,
  ) => {
    const all = { root, leaf, index: 2, count: 7, ...changes };
    return verifyMerkleProof(all.root, all.leaf, all.index, all.count, siblings);
  };

  it('with any part changed', () => {
    expect(holds({})).toBe(true);
    expect(holds({ leaf: Uint8Array.of(3) })).toBe(false);
    expect(holds({ root: new Uint8Array(32) })).toBe(false);
    expect(holds({ root: root.subarray(1) })).toBe(false);
    for (const index of [0, 1, 3, 6, 7, -1, 2.5, 2 + 2 ** 32, Number.NaN]) {
      expect(holds({ index }), `index ${index}`).toBe(false);
    }
    for (const count of [0, 2, 3, 4, 9, 2 ** 32]) {
      expect(holds({ count }), `count ${count}`).toBe(false);
    }
  });

  it('with a sibling too few, too many, or in another order', () => {
    expect(holds({}, proof.slice(1))).toBe(false);
    expect(holds({}, [...proof, new Uint8Array(32)])).toBe(false);
    expect(holds({}, proof.toReversed())).toBe(false);
  });

  it('with any byte of a sibling changed', () => {
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.nat(31), (at, byte) => {
        const changed = proof.map((sibling) => sibling.slice());
        (changed[at] as Uint8Array)[byte] = ((changed[at] as Uint8Array)[byte] as number) ^ 1;
        expect(holds({}, changed)).toBe(false);
      }),
    );
  });

  it('for leaves that there are not', () => {
    for (const index of [-1, 7, 1.5]) {
      expect(() => merkleProof(leaves, index)).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      );
    }
  });
});
