// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStream, streamBytes, writeStream } from './bits.ts';

const stream = fc
  .record({
    bits: fc.constantFrom(33, 36, 40, 43, 46),
    length: fc.integer({ min: 0, max: 40 }),
  })
  .chain(({ bits, length }) =>
    fc.record({
      bits: fc.constant(bits),
      limbs: fc.array(
        fc.oneof(fc.constantFrom(0, 2 ** bits - 1), fc.integer({ min: 0, max: 2 ** bits - 1 })),
        { minLength: length, maxLength: length },
      ),
    }),
  );

function write(bits: number, limbs: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(streamBytes(bits, limbs.length));
  writeStream(bytes, bits, 0, Float64Array.from(limbs));
  return bytes;
}

describe('streams of limbs', () => {
  it('are one little-endian number', () => {
    fc.assert(
      fc.property(stream, ({ bits, limbs }) => {
        const number = limbs.reduceRight((sum, limb) => (sum << BigInt(bits)) + BigInt(limb), 0n);
        const bytes = write(bits, limbs);
        const read = bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
        expect(read).toBe(number);
      }),
    );
  });

  it('give back any part of what was written, wherever the bytes lie', () => {
    const parts = fc.tuple(stream, fc.nat(40), fc.nat(40), fc.nat(9));
    fc.assert(
      fc.property(parts, ([{ bits, limbs }, from, to, offset]) => {
        const bytes = write(bits, limbs);
        const moved = new Uint8Array(offset + bytes.length);
        moved.set(bytes, offset);
        const out = new Float64Array(limbs.slice(from, to).length);
        readStream(moved.subarray(offset), bits, from, out);
        expect([...out]).toEqual(limbs.slice(from, to));
      }),
    );
  });

  it('are written in parts like in one', () => {
    const parts = fc.tuple(stream, fc.nat(40));
    fc.assert(
      fc.property(parts, ([{ bits, limbs }, at]) => {
        const bytes = new Uint8Array(streamBytes(bits, limbs.length));
        writeStream(bytes, bits, 0, Float64Array.from(limbs.slice(0, at)));
        writeStream(bytes, bits, Math.min(at, limbs.length), Float64Array.from(limbs.slice(at)));
        expect(bytes).toEqual(write(bits, limbs));
      }),
    );
  });
});
