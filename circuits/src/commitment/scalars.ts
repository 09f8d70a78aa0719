// SPDX-License-Identifier: GPL-3.0-only
// Integers of 32 bytes, little-endian, and random combinations of vectors of them, where there is no native program.
import { FIELD_ORDER } from '@training-ledger/protocol/statements';
import { SCALAR_BYTES } from './committer.ts';

/** 32 bytes of an integer below 2^256. */
export function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(SCALAR_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++)
    view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
  return bytes;
}

/** Whether the integer at `offset` is below another one. */
export function isBelow(bytes: Uint8Array, bound: Uint8Array, offset = 0): boolean {
  for (let i = SCALAR_BYTES - 1; i >= 0; i--) {
    const difference = (bytes[offset + i] as number) - (bound[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const ORDER = littleEndian(FIELD_ORDER);

/** Whether all scalars of a vector are below the group order. */
export function areCanonical(scalars: Uint8Array): boolean {
  for (let offset = 0; offset < scalars.length; offset += SCALAR_BYTES) {
    if (!isBelow(scalars, ORDER, offset)) return false;
  }
  return true;
}

/** Limbs of 16 bits: of a scalar, of a coefficient, and of a sum of their products. */
const SCALAR_LIMBS = 16;
const COEFFICIENT_LIMBS = 8;
const SUM_LIMBS = SCALAR_LIMBS + COEFFICIENT_LIMBS;

/**
 * A sum of vectors times coefficients of 128 bits. Limbs are summed up without carries: each gets at most eight products below
 * 2^32 from a vector, so that a double is exact for more vectors than are ever combined.
 */
export class ScalarSums {
  #sums = new Float64Array();

  /** Scalars of the longest vector. */
  get count(): number {
    return this.#sums.length / SUM_LIMBS;
  }

  /** Adds a vector, 32 bytes a scalar, times a coefficient, 16 bytes little-endian. */
  add(coefficient: Uint8Array, scalars: Uint8Array): void {
    const count = scalars.length / SCALAR_BYTES;
    if (this.count < count) {
      const sums = new Float64Array(count * SUM_LIMBS);
      sums.set(this.#sums);
      this.#sums = sums;
    }
    const sums = this.#sums;
    const factor = limbs(coefficient);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < SCALAR_LIMBS; j++) {
        const at = i * SCALAR_BYTES + 2 * j;
        const limb = (scalars[at] as number) + (scalars[at + 1] as number) * 256;
        if (limb === 0) continue;
        const start = i * SUM_LIMBS + j;
        for (let k = 0; k < COEFFICIENT_LIMBS; k++) {
          sums[start + k] = (sums[start + k] as number) + limb * (factor[k] as number);
        }
      }
    }
  }

  /** The sum modulo the group order, 32 bytes a scalar. */
  reduced(): Uint8Array {
    const scalars = new Uint8Array(this.count * SCALAR_BYTES);
    for (let i = 0; i < this.count; i++) scalars.set(this.#reduced(i), i * SCALAR_BYTES);
    return scalars;
  }

  #reduced(index: number): Uint8Array {
    let carry = 0;
    for (let j = 0; j < SUM_LIMBS + 4; j++) {
      const limb = j < SUM_LIMBS ? (this.#sums[index * SUM_LIMBS + j] as number) : 0;
      const sum = carry + limb;
      WORDS.setUint16(2 * j, sum % 65536, true);
      carry = Math.floor(sum / 65536);
    }
    let value = 0n;
    for (let at = WORDS.byteLength - 8; at >= 0; at -= 8) {
      value = (value << 64n) | WORDS.getBigUint64(at, true);
    }
    return littleEndian(value % FIELD_ORDER);
  }
}

/** One sum after its carries. */
const WORDS = new DataView(new ArrayBuffer(2 * (SUM_LIMBS + 4)));

function limbs(bytes: Uint8Array): Float64Array {
  return Float64Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes[2 * i] as number) + (bytes[2 * i + 1] as number) * 256,
  );
}
