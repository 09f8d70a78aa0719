// SPDX-License-Identifier: Apache-2.0
// Updates in slots: two signed values a slot, with room for the sum of up to MAX_CONTRIBUTORS of them. An overflow is
// impossible: a value has 17 bits, 1,000 of them 27, two of these fit into the 56 bits of the plaintext modulus.
import { WorkerError } from '../errors.ts';
import { SLOTS } from './seal.ts';

/** Most updates of one sum. */
export const MAX_CONTRIBUTORS = 1_000;
/** Largest magnitude of a value: the difference of two 16-bit weights. */
export const MAX_VALUE = 2 ** 16;
/** Values of one slot. */
export const VALUES_PER_SLOT = 2;
/** Distance of the two values in a slot, bits. */
const FIELD_BITS = 27n;
const HALF = 1n << (FIELD_BITS - 1n);
const FULL = 1n << FIELD_BITS;

/** Ciphertexts that an update of so many values takes. */
export function blockCount(values: number): number {
  return Math.ceil(values / (SLOTS * VALUES_PER_SLOT));
}

/**
 * Packs an update.
 * @throws WorkerError `UPDATE_OUT_OF_RANGE`.
 */
export function packUpdate(update: Int32Array): BigInt64Array[] {
  const wrong = update.findIndex((value) => Math.abs(value) >= MAX_VALUE);
  if (wrong >= 0) {
    throw new WorkerError('UPDATE_OUT_OF_RANGE', 'A value of the update has more than 17 bits.', {
      details: `Value ${wrong}.`,
    });
  }
  return Array.from({ length: blockCount(update.length) }, (_, block) => {
    const slots = new BigInt64Array(SLOTS);
    for (let i = 0; i < SLOTS; i++) {
      const at = (block * SLOTS + i) * VALUES_PER_SLOT;
      if (at >= update.length) break;
      slots[i] = BigInt(update[at] as number) + (BigInt(update[at + 1] ?? 0) << FIELD_BITS);
    }
    return slots;
  });
}

/** Unpacks the sum of updates of `length` values. */
export function unpackSum(blocks: readonly BigInt64Array[], length: number): Int32Array {
  const sum = new Int32Array(length);
  for (let at = 0; at < length; at += VALUES_PER_SLOT) {
    const place = at / VALUES_PER_SLOT;
    const slot = (blocks[Math.floor(place / SLOTS)] as BigInt64Array)[place % SLOTS] as bigint;
    const low = BigInt.asUintN(64, slot + HALF) % FULL;
    sum[at] = Number(low - HALF);
    if (at + 1 < length) sum[at + 1] = Number((slot - (low - HALF)) >> FIELD_BITS);
  }
  return sum;
}
