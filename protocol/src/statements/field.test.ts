// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyField } from '../testing/cases.ts';
import {
  digestToField,
  FIELD_ORDER,
  fieldFromBytes,
  fieldToBytes,
  isField,
  randomField,
  toField,
} from './field.ts';

const code = (value: string) => expect.objectContaining({ code: value });
/** A plain reference: little-endian bytes by way of hexadecimal text. */
const reference = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());

describe('scalars', () => {
  it('are 32 little-endian bytes, and back', () => {
    fc.assert(
      fc.property(anyField, (value) => {
        const bytes = fieldToBytes(value);
        expect(bytes).toEqual(reference(value));
        expect(fieldFromBytes(bytes)).toBe(value);
      }),
    );
  });

  it('have one encoding: any other bytes are refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: FIELD_ORDER, max: 2n ** 256n - 1n }), (value) => {
        expect(isField(value)).toBe(false);
        expect(() => fieldToBytes(value)).toThrow(code('FIELD_RANGE'));
        expect(() => fieldFromBytes(reference(value))).toThrow(code('FIELD_ENCODING'));
      }),
    );
    expect(() => fieldToBytes(-1n)).toThrow(code('FIELD_RANGE'));
    for (const length of [0, 31, 33]) {
      expect(() => fieldFromBytes(new Uint8Array(length))).toThrow(code('FIELD_ENCODING'));
    }
  });

  it('stand for integers of either sign', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (value) => {
        const scalar = toField(value);
        expect(isField(scalar)).toBe(true);
        expect((scalar - value) % FIELD_ORDER).toBe(0n);
      }),
    );
    expect(toField(-1)).toBe(FIELD_ORDER - 1n);
  });

  it('are drawn at random below the order', () => {
    const drawn = new Set(Array.from({ length: 50 }, randomField));
    expect(drawn.size).toBe(50);
    expect([...drawn].every(isField)).toBe(true);
  });
});

describe('a digest as a scalar', () => {
  it('is its first 31 bytes, whatever follows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 31, maxLength: 64 }), (digest) => {
        const padded = new Uint8Array(32);
        padded.set(digest.subarray(0, 31));
        expect(digestToField(digest)).toBe(fieldFromBytes(padded));
      }),
    );
  });

  it('needs 31 bytes', () => {
    expect(() => digestToField(new Uint8Array(30))).toThrow(code('FIELD_ENCODING'));
  });
});
