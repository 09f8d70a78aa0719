// SPDX-License-Identifier: Apache-2.0
// One-time keys and errors, from the platform's randomness. Neither takes the same time for all values.
import { randomFillSync } from 'node:crypto';
import { ERROR_BOUND } from '@training-ledger/sdk';

/** The largest multiple of 3 in a byte. */
const BYTE_LIMIT = 255;

/** Fills `out` with uniform coefficients of -1, 0 and 1. */
export function fillTernary(out: Int8Array): void {
  const bytes = new Uint8Array(out.length + 64);
  let filled = 0;
  while (filled < out.length) {
    randomFillSync(bytes);
    for (let i = 0; i < bytes.length && filled < out.length; i++) {
      const byte = bytes[i] as number;
      if (byte < BYTE_LIMIT) out[filled++] = (byte % 3) - 1;
    }
  }
  bytes.fill(0);
}

/**
 * Fills `out` with centred binomial errors: {@link ERROR_BOUND} coins on either side, a standard deviation of 3.24, as SEAL
 * samples them.
 */
export function fillErrors(out: Int8Array): void {
  const words = new Uint32Array(2 * out.length);
  randomFillSync(words);
  const coins = 2 ** ERROR_BOUND - 1;
  for (let i = 0; i < out.length; i++) {
    out[i] = ones((words[2 * i] as number) & coins) - ones((words[2 * i + 1] as number) & coins);
  }
  words.fill(0);
}

/** Bits that are set: sums of neighbouring bits, pairs, nibbles, bytes. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  const bytes = (nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f;
  return Math.imul(bytes, 0x0101_0101) >>> 24;
}
