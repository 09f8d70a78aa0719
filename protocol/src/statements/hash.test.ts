// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyField } from '../testing/cases.ts';
import { FIELD_ORDER } from './field.ts';
import { hashMany, pack, poseidon } from './hash.ts';

describe('hashMany', () => {
  it('chains Poseidon over chunks of 15, the last one filled with zeros', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.array(anyField, { minLength: 1, maxLength: 47 }),
        (tag, elements) => {
          const padded = [...elements];
          while (padded.length % 15 !== 0) padded.push(0n);
          const chunks = Array.from({ length: padded.length / 15 }, (_, i) =>
            padded.slice(15 * i, 15 * i + 15),
          );
          const start = BigInt(tag) + 2n ** 32n * BigInt(elements.length);
          const expected = chunks.reduce((state, chunk) => poseidon([state, ...chunk]), start);
          expect(hashMany(tag, elements)).toBe(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells tags, lengths and trailing zeros apart', () => {
    const elements = [1n, 2n, 3n];
    const hashes = [
      hashMany(1, elements),
      hashMany(2, elements),
      hashMany(1, [...elements, 0n]),
      hashMany(1, [0n, ...elements]),
      hashMany(1, [...elements].reverse()),
      hashMany(1, Array(15).fill(0n)),
      hashMany(1, Array(16).fill(0n)),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('refuses what Poseidon does not take', () => {
    expect(() => poseidon([])).toThrow(RangeError);
    expect(() => poseidon(Array(17).fill(1n))).toThrow(RangeError);
  });
});

describe('packing', () => {
  const widths = fc.constantFrom([8, 31], [9, 27], [16, 15], [17, 14], [30, 8]) as fc.Arbitrary<
    [number, number]
  >;
  const packable = widths.chain(([width, per]) =>
    fc.record({
      width: fc.constant(width),
      per: fc.constant(per),
      values: fc.array(fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n }), { maxLength: 70 }),
    }),
  );

  it('loses nothing: digits of each element in base 2^width are the values', () => {
    fc.assert(
      fc.property(packable, ({ width, per, values }) => {
        const packed = pack(values, width, per);
        expect(packed).toHaveLength(Math.ceil(values.length / per));
        const base = 2n ** BigInt(width);
        const digits = packed.flatMap((element) =>
          Array.from({ length: per }, (_, j) => (element / base ** BigInt(j)) % base),
        );
        expect(digits.slice(0, values.length)).toEqual(values);
        expect(digits.slice(values.length).every((digit) => digit === 0n)).toBe(true);
      }),
    );
  });

  it('fits the field at its widest', () => {
    fc.assert(
      fc.property(widths, ([width, per]) => {
        const [full] = pack(Array(per).fill(2n ** BigInt(width) - 1n), width, per);
        expect(full).toBe(2n ** BigInt(width * per) - 1n);
        expect(full).toBeLessThan(FIELD_ORDER);
      }),
    );
  });
});
