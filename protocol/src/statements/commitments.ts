// SPDX-License-Identifier: Apache-2.0
// The protocol's Poseidon commitments. Tags keep them apart from each other.
import { StatementError } from './errors.ts';
import { hashMany, pack, poseidon } from './hash.ts';
import type { Sample } from './model.ts';

const shift = (values: Iterable<number>, offset: number): bigint[] =>
  Array.from(values, (value) => BigInt(value + offset));

/** Commitment to 16-bit weights. */
export function commitState(weights: Int16Array, salt: bigint): bigint {
  return poseidon([hashMany(1, pack(shift(weights, 2 ** 15), 16, 15)), salt]);
}

/** Commitment to the 16-bit weights of a model with a hidden layer: its rows, then those of the classes. */
export function commitMlpState(weights: Int16Array, salt: bigint): bigint {
  return poseidon([hashMany(6, pack(shift(weights, 2 ** 15), 16, 15)), salt]);
}

/** Commitment to an update: the difference of two states' weights, 17 bits signed. */
export function commitUpdate(update: Int32Array, salt: bigint): bigint {
  return poseidon([hashMany(2, pack(shift(update, 2 ** 16), 17, 14)), salt]);
}

/** Commitment to a validation batch. */
export function commitBatch(batch: readonly Sample[], salt: bigint): bigint {
  const bytes = batch.flatMap(({ features, label }) => [...shift(features, 128), BigInt(label)]);
  return poseidon([hashMany(3, pack(bytes, 8, 31)), salt]);
}

/** Public id of whoever knows `secret`. */
export function userId(secret: bigint): bigint {
  return poseidon([10n, secret]);
}

/** What an ownership proof leaves behind, so that it cannot be used twice. */
export function nullifier(secret: bigint, binding: bigint): bigint {
  return poseidon([11n, secret, binding]);
}

/** Public id of a contributor. */
export function contributorId(secret: bigint): bigint {
  return poseidon([12n, secret]);
}

/** Commitment to an interaction. `feedback` is a rating of -128 to 127. */
export function commitInteraction(
  input: bigint,
  output: bigint,
  feedback: number,
  nonce: bigint,
): bigint {
  return poseidon([13n, input, output, BigInt(feedback + 128), nonce]);
}

/** Commitment to contributed data. */
export function commitData(dataDigest: bigint, salt: bigint): bigint {
  return poseidon([14n, dataDigest, salt]);
}

/** Hash under which an inference node's BabyJubJub key is registered. */
export function nodeKeyHash([x, y]: readonly [bigint, bigint]): bigint {
  return poseidon([15n, x, y]);
}

/**
 * What an inference node signs: an interaction's commitment and the time in milliseconds of the Unix epoch.
 * @throws StatementError `RECEIPT_TIME`.
 */
export function receiptMessage(commitment: bigint, time: number): bigint {
  if (!isTime(time)) {
    throw new StatementError('RECEIPT_TIME', 'A time is a whole number of milliseconds from 0 on.');
  }
  return poseidon([16n, commitment, BigInt(time)]);
}

/** Whether `time` is milliseconds that a double and the circuit's 64 bits both hold exactly. */
export function isTime(time: number): boolean {
  return Number.isSafeInteger(time) && time >= 0;
}
