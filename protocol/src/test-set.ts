// SPDX-License-Identifier: Apache-2.0
// Test sets: committed by a Merkle root, stored as a file, drawn from by a round's seed.

import type { ChallengeSample, Hex } from '@training-ledger/runtime-types';
import { blake2, concatBytes, fromHex, toHex } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { merkleProofs, merkleRoot } from './merkle.ts';
import type { Sample, Shape } from './statements/index.ts';

/** The leaf data of a sample: the feature bytes, then the label. */
export function sampleLeaf({ features, label }: Sample): Uint8Array {
  return concatBytes(
    new Uint8Array(features.buffer, features.byteOffset, features.length),
    Uint8Array.of(label),
  );
}

/** The test set's file: its samples' leaves, one after another. */
export function writeTestSet(samples: readonly Sample[]): Uint8Array {
  return concatBytes(...samples.map(sampleLeaf));
}

/**
 * Reads a test set's file.
 * @throws ProtocolError `ARGUMENT_INVALID` if it is not made of samples of the shape.
 */
export function readTestSet({ features, classes }: Shape, bytes: Uint8Array): Sample[] {
  const row = features + 1;
  const samples = Array.from({ length: Math.floor(bytes.length / row) }, (_, i) => ({
    features: Int8Array.from(bytes.subarray(i * row, i * row + features)),
    label: bytes[i * row + features] as number,
  }));
  if (bytes.length % row !== 0 || samples.some(({ label }) => label >= classes)) {
    throw new ProtocolError(
      'ARGUMENT_INVALID',
      'The test set is not made of samples of this shape.',
    );
  }
  return samples;
}

/** Merkle root of a test set. */
export function testSetRoot(samples: readonly Sample[]): Hex {
  return toHex(merkleRoot(samples.map(sampleLeaf)));
}

/**
 * The drawn samples with their proofs, as `post_challenge` takes them.
 * @throws ProtocolError `ARGUMENT_INVALID` for an index beyond the samples.
 */
export function openChallenge(
  samples: readonly Sample[],
  indices: readonly number[],
): { samples: ChallengeSample[]; proofs: Hex[][] } {
  const proofs = merkleProofs(samples.map(sampleLeaf), indices);
  return {
    samples: indices.map((index) => {
      const { features, label } = samples[index] as Sample;
      const bytes = new Uint8Array(features.buffer, features.byteOffset, features.length);
      return { features: toHex(bytes), label };
    }),
    proofs: proofs.map((proof) => proof.map(toHex)),
  };
}

/** Samples of a posted challenge. */
export function challengeSamples(posted: readonly ChallengeSample[]): Sample[] {
  return posted.map(({ features, label }) => ({
    features: new Int8Array(fromHex(features).slice().buffer),
    label,
  }));
}

/**
 * Indices that a seed draws. Mirrors `draw` of chain/primitives/src/challenge.rs.
 * Empty if `count` exceeds `size`.
 */
export function drawChallenge(seed: Hex, size: number, count: number): number[] {
  if (count > size) return [];
  const moved = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const place = new Uint8Array(4);
    new DataView(place.buffer).setUint32(0, i, true);
    const hash = blake2(fromHex(seed), place);
    const random = new DataView(hash.buffer, hash.byteOffset, 8).getBigUint64(0, true);
    const j = i + Number(random % BigInt(size - i));
    const drawn = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return drawn;
  });
}
