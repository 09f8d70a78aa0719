// SPDX-License-Identifier: Apache-2.0
import { encodeAddress } from '@polkadot/util-crypto';
import type { Hex, TrainingBlock, TrainingOp } from '@training-ledger/runtime-types';
import { readMetadata } from '@training-ledger/runtime-types/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { blockHash, opId } from '../codec/hashes.ts';
import { LedgerCodec, SS58_PREFIX } from '../codec/ledger-codec.ts';
import { BLOCK_CONTEXT, mlDsaKeyPair, mlDsaSign, WORKER_CONTEXT } from '../crypto/ml-dsa.ts';
import { merkleProof, merkleRoot } from '../merkle.ts';
import {
  type InclusionProof,
  type SealedBlock,
  verifyBlockChain,
  verifyHashChain,
  verifyInclusion,
  verifySealedBlock,
} from './inclusion.ts';

const codec = LedgerCodec.fromMetadata(await readMetadata());
const [leader, other] = [1, 2].map((byte) => mlDsaKeyPair(new Uint8Array(32).fill(byte))) as [
  ReturnType<typeof mlDsaKeyPair>,
  ReturnType<typeof mlDsaKeyPair>,
];
const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const ZERO = hash(0);
const account = encodeAddress(new Uint8Array(32).fill(9), SS58_PREFIX);
const failing = (code: string) => expect.objectContaining({ code });

/** A model's chain of ops, recorded from sequence number `first` on. */
function chainOfOps(count: number, first = 0n): TrainingOp[] {
  const ops: TrainingOp[] = [];
  for (let index = 0; index < count; index++) {
    const previous = ops[index - 1];
    ops.push({
      base: hash(1),
      model: hash(2),
      owner: account,
      index,
      prevHash: previous === undefined ? ZERO : opId(codec, previous),
      sequence: first + BigInt(index),
      timestamp: 1_900_000_000_000n + BigInt(index),
      contents: {
        input: hash(3),
        output: hash(4),
        gradient: hash(5),
        gradientCommitment: hash(7),
        state: hash(6),
      },
      claims: {
        interaction: hash(7),
        nodeKey: hash(8),
        notBefore: 1n,
        notAfter: 2n,
        update: hash(9),
        state: hash(10),
        batch: hash(11),
        delta: 1,
        nullifier: hash(12),
      },
      proofs: hash(13),
      weight: 15n,
    });
  }
  return ops;
}

function sign(block: TrainingBlock, key = leader, context = BLOCK_CONTEXT): SealedBlock {
  const signature = mlDsaSign(key, fromHex(blockHash(codec, block)), context);
  return { block, signature: toHex(signature), sealingKey: toHex(key.publicKey) };
}

function blockOf(ops: readonly TrainingOp[], changes: Partial<TrainingBlock> = {}): TrainingBlock {
  return {
    number: 1n,
    timestamp: 1_900_000_000_456n,
    parent: ZERO,
    base: hash(1),
    round: 0,
    merkleRoot: toHex(merkleRoot(ops.map((op) => fromHex(opId(codec, op))))),
    firstOp: ops[0]?.sequence ?? 0n,
    opCount: ops.length,
    aggregate: {
      content: hash(20),
      commitment: hash(21),
      contributors: ops.length,
      excluded: [],
    },
    leader: account,
    ...changes,
  };
}

function proofOf(sealed: SealedBlock, ops: readonly TrainingOp[], leaf: number): InclusionProof {
  const ids = ops.map((op) => fromHex(opId(codec, op)));
  return { ...sealed, leaf, siblings: merkleProof(ids, leaf).map(toHex) };
}

describe('a sealed block', () => {
  const ops = chainOfOps(3, 40n);
  const sealed = sign(blockOf(ops));

  it("verifies under its leader's key", () => {
    expect(verifySealedBlock(codec, sealed)).toBe(blockHash(codec, sealed.block));
    const trusted = [toHex(other.publicKey), sealed.sealingKey.toUpperCase().replace('0X', '0x')];
    expect(verifySealedBlock(codec, sealed, trusted as Hex[])).toBe(blockHash(codec, sealed.block));
  });

  it('does not with any of its fields changed', () => {
    const changes: Partial<TrainingBlock>[] = [
      { number: 2n },
      { timestamp: 1n },
      { parent: hash(1) },
      { base: hash(2) },
      { round: 1 },
      { merkleRoot: hash(3) },
      { firstOp: 41n },
      { opCount: 2 },
      { aggregate: { ...sealed.block.aggregate, contributors: 2 } },
      { leader: encodeAddress(new Uint8Array(32).fill(8), SS58_PREFIX) },
    ];
    expect(changes.flatMap(Object.keys).sort()).toEqual(Object.keys(sealed.block).sort());
    for (const change of changes) {
      expect(() =>
        verifySealedBlock(codec, { ...sealed, block: { ...sealed.block, ...change } }),
      ).toThrow(failing('BLOCK_SIGNATURE_INVALID'));
    }
  });

  it.each<[string, Partial<SealedBlock>]>([
    ['another key', { sealingKey: toHex(other.publicKey) }],
    ['a key of another length', { sealingKey: '0x00' }],
    ['a key that is no hex', { sealingKey: 'key' as Hex }],
    ['no signature', { signature: '0x' }],
    ['a signature that is no hex', { signature: '0x0' as Hex }],
    ['a signature of another purpose', sign(sealed.block, leader, WORKER_CONTEXT)],
  ])('does not with %s', (_, change) => {
    expect(() => verifySealedBlock(codec, { ...sealed, ...change })).toThrow(
      failing('BLOCK_SIGNATURE_INVALID'),
    );
  });

  it('does not with a byte of the signature changed', () => {
    fc.assert(
      fc.property(fc.nat(3308), (at) => {
        const signature = fromHex(sealed.signature);
        signature[at] = (signature[at] as number) ^ 1;
        expect(() => verifySealedBlock(codec, { ...sealed, signature: toHex(signature) })).toThrow(
          failing('BLOCK_SIGNATURE_INVALID'),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('does not under a key that is not trusted', () => {
    for (const trusted of [[], [toHex(other.publicKey)]]) {
      expect(() => verifySealedBlock(codec, sealed, trusted)).toThrow(
        failing('BLOCK_SIGNATURE_INVALID'),
      );
    }
  });

  it('with a field that is no value of its type is refused as such', () => {
    const block = { ...sealed.block, parent: '0x00' as Hex };
    expect(() => verifySealedBlock(codec, { ...sealed, block })).toThrow(
      failing('ARGUMENT_INVALID'),
    );
  });
});

describe('the inclusion of an op', () => {
  it('verifies for every op of a block', () => {
    for (const count of [1, 2, 3, 7]) {
      const ops = chainOfOps(count, 5n);
      const sealed = sign(blockOf(ops));
      ops.forEach((op, leaf) => {
        expect(verifyInclusion(codec, op, proofOf(sealed, ops, leaf))).toBe(
          blockHash(codec, sealed.block),
        );
      });
    }
  });

  const ops = chainOfOps(5, 100n);
  const sealed = sign(blockOf(ops));
  const op = ops[3] as TrainingOp;
  const proof = proofOf(sealed, ops, 3);

  it.each<[string, Partial<TrainingOp>]>([
    ['another owner', { owner: encodeAddress(new Uint8Array(32), SS58_PREFIX) }],
    ['another weight', { weight: 16n }],
    ['another sequence number', { sequence: 104n }],
    ['another base', { base: hash(99) }],
    ['other contents', { contents: { ...op.contents, gradient: hash(99) } }],
  ])('does not for an op with %s', (_, change) => {
    expect(() => verifyInclusion(codec, { ...op, ...change }, proof)).toThrow(
      failing('INCLUSION_INVALID'),
    );
  });

  it.each<[string, Partial<InclusionProof>]>([
    ['another leaf', { leaf: 2 }],
    ['a leaf that is a fraction', { leaf: 3.5 }],
    ['a leaf that is no number', { leaf: Number.NaN }],
    ['a negative leaf', { leaf: -1 }],
    ['a sibling too few', { siblings: proof.siblings.slice(1) }],
    ['a sibling too many', { siblings: [...proof.siblings, ZERO] }],
    ['another sibling', { siblings: [ZERO, ...proof.siblings.slice(1)] }],
    ['a sibling that is no hex', { siblings: [...proof.siblings, 'x' as Hex] }],
    ['another root', { block: { ...sealed.block, merkleRoot: ZERO } }],
    ['another first op', { block: { ...sealed.block, firstOp: 99n } }],
    ['another count', { block: { ...sealed.block, opCount: 4 } }],
  ])('does not by a proof with %s', (_, change) => {
    expect(() => verifyInclusion(codec, op, { ...proof, ...change })).toThrow(
      failing('INCLUSION_INVALID'),
    );
  });

  it('needs the seal, too', () => {
    const forged = { ...proof, ...sign(sealed.block, other), sealingKey: sealed.sealingKey };
    expect(() => verifyInclusion(codec, op, forged)).toThrow(failing('BLOCK_SIGNATURE_INVALID'));
    const own = { ...proof, ...sign(sealed.block, other) };
    expect(verifyInclusion(codec, op, own)).toBe(blockHash(codec, sealed.block));
    expect(() => verifyInclusion(codec, op, own, [sealed.sealingKey])).toThrow(
      failing('BLOCK_SIGNATURE_INVALID'),
    );
  });
});

describe('a hash chain', () => {
  it('verifies and gives its head', () => {
    fc.assert(
      fc.property(fc.nat(12), (count) => {
        const ops = chainOfOps(count);
        const last = ops.at(-1);
        expect(verifyHashChain(codec, ops)).toBe(last === undefined ? ZERO : opId(codec, last));
      }),
    );
  });

  it('breaks where any op is changed, left out, doubled or moved', () => {
    const ops = chainOfOps(6);
    fc.assert(
      fc.property(fc.nat(4), fc.nat(3), (at, kind) => {
        const op = ops[at] as TrainingOp;
        const changed = [
          ops.with(at, { ...op, weight: 99n }),
          ops.toSpliced(at, 1),
          ops.toSpliced(at, 0, op),
          ops.with(at, ops[at + 1] as TrainingOp).with(at + 1, op),
        ][kind] as TrainingOp[];
        expect(() => verifyHashChain(codec, changed)).toThrow(failing('HASH_CHAIN_BROKEN'));
      }),
    );
  });

  it('has another head when its last op is another, and none of another model', () => {
    const ops = chainOfOps(3);
    const last = ops[2] as TrainingOp;
    expect(verifyHashChain(codec, ops.with(2, { ...last, weight: 1n }))).not.toBe(
      verifyHashChain(codec, ops),
    );
    expect(() => verifyHashChain(codec, ops.with(2, { ...last, model: hash(66) }))).toThrow(
      failing('HASH_CHAIN_BROKEN'),
    );
  });
});

describe('a chain of blocks', () => {
  const blocks: SealedBlock[] = [];
  for (let i = 0; i < 4; i++) {
    const parent = blocks[i - 1];
    blocks.push(
      sign(
        blockOf(chainOfOps(1, BigInt(i)), {
          number: BigInt(i + 1),
          parent: parent === undefined ? ZERO : blockHash(codec, parent.block),
        }),
      ),
    );
  }

  it('verifies, also from any of its blocks on', () => {
    verifyBlockChain(codec, blocks);
    verifyBlockChain(codec, blocks.slice(2), [toHex(leader.publicKey)]);
    verifyBlockChain(codec, []);
  });

  it('breaks where a block is missing, doubled or follows another', () => {
    const second = blocks[1] as SealedBlock;
    const forked = sign({ ...second.block, parent: hash(77) });
    const renumbered = sign({ ...second.block, number: 9n });
    for (const broken of [
      blocks.toSpliced(1, 1),
      blocks.toSpliced(1, 0, second),
      blocks.toReversed(),
      blocks.with(1, forked),
      blocks.with(1, renumbered),
    ]) {
      expect(() => verifyBlockChain(codec, broken)).toThrow(failing('HASH_CHAIN_BROKEN'));
    }
  });

  it('needs every seal', () => {
    const unsealed = { ...(blocks[3] as SealedBlock), signature: '0x' as Hex };
    expect(() => verifyBlockChain(codec, blocks.with(3, unsealed))).toThrow(
      failing('BLOCK_SIGNATURE_INVALID'),
    );
    expect(() => verifyBlockChain(codec, blocks, [toHex(other.publicKey)])).toThrow(
      failing('BLOCK_SIGNATURE_INVALID'),
    );
  });
});
