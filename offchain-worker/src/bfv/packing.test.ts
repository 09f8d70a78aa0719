// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packing, PROTOCOL_PACKING } from './packing.ts';
import { Bfv } from './seal.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const update = (length: number) =>
  fc.array(fc.integer({ min: -65_535, max: 65_535 }), { minLength: length, maxLength: length });
const add = (all: readonly BigInt64Array[][]): BigInt64Array[] =>
  (all[0] ?? []).map((first, c) =>
    first.map((_, s) =>
      all.reduce((sum, chunks) => sum + ((chunks[c] as BigInt64Array)[s] as bigint), 0n),
    ),
  );

describe("the protocol's packing", () => {
  const packing = new Packing();

  it('gives the exact sum of any updates', () => {
    const updates = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }))
      .chain(([length, count]) => fc.array(update(length), { minLength: count, maxLength: count }));
    fc.assert(
      fc.property(updates, (all) => {
        const length = all[0]?.length ?? 0;
        const slots = add(all.map((one) => packing.pack(Int32Array.from(one))));
        const { values } = packing.unpack(slots, length, all.length);
        const expected = Array.from({ length }, (_, i) =>
          all.reduce((sum, one) => sum + (one[i] ?? 0), 0),
        );
        expect([...values]).toEqual(expected);
        expect(packing.mean({ values, contributors: all.length })[0]).toBeCloseTo(
          (expected[0] ?? 0) / all.length,
        );
      }),
    );
  });

  it.each([-65_535, 65_535])('has room for 1,024 updates of %i, encrypted', async (extreme) => {
    const bfv = await Bfv.load();
    const keys = bfv.generateKeys();
    const ciphertext = bfv.encrypt(
      keys.publicKey,
      packing.pack(Int32Array.of(extreme, extreme, -extreme)),
    );
    using sum = bfv.sum(1);
    for (let i = 0; i < 1_024; i++) sum.add(ciphertext);
    const { values } = packing.unpack(bfv.decrypt(keys.secretKey, sum.bytes(), 1), 3, 1_024);
    expect([...values]).toEqual([extreme, extreme, -extreme].map((value) => value * 1_024));
  });

  it('takes an update of any size in as many ciphertexts as it needs', () => {
    const length = 8_193;
    const slots = packing.pack(new Int32Array(length).fill(-3));
    expect(slots).toHaveLength(packing.blockCount(length));
    expect(packing.unpack(slots, length, 1).values.every((value) => value === -3)).toBe(true);
  });

  it('refuses values of more than 17 bits, and nothing at all', () => {
    expect(() => packing.pack(Int32Array.of(65_536))).toThrow(code('UPDATE_OUT_OF_RANGE'));
    expect(() => packing.pack(Int32Array.of(-65_537))).toThrow(code('UPDATE_OUT_OF_RANGE'));
    expect(() => packing.pack(new Int32Array())).toThrow(code('UPDATE_OUT_OF_RANGE'));
  });

  it('refuses a sum of too many or none', () => {
    expect(() => packing.unpack([], 1, 1_025)).toThrow(code('TOO_MANY_CONTRIBUTORS'));
    expect(() => packing.unpack([], 1, 0)).toThrow(code('TOO_FEW_CONTRIBUTORS'));
  });

  it('notices sums that no sound updates have', () => {
    const unpack = (slot: bigint) => packing.unpack([BigInt64Array.of(slot)], 1, 1);
    expect(() => unpack(65_537n)).toThrow(code('AGGREGATE_OUT_OF_RANGE'));
    expect(() => unpack(1n << 40n)).toThrow(code('AGGREGATE_OUT_OF_RANGE'));
    const beyond = BigInt64Array.of(0n, 1n);
    expect(() => packing.unpack([beyond], 2, 1)).toThrow(code('AGGREGATE_OUT_OF_RANGE'));
  });
});

describe('other packings', () => {
  it('clip what is beyond their range and round to their steps', () => {
    const packing = new Packing({
      clippingRange: 1,
      quantizationRange: 64,
      maxContributors: 1_000,
    });
    const { values } = packing.unpack(packing.pack(Int32Array.of(60_000, -60_000, 191, 193)), 4, 1);
    // A step is 2 / 64 of a weight: 128 units of fixed point.
    expect([...values]).toEqual([32, -32, 1, 2]);
    expect([...packing.mean({ values, contributors: 1 })]).toEqual([4_096, -4_096, 128, 256]);
  });

  it.each([
    { quantizationRange: 3 },
    { quantizationRange: 0 },
    { clippingRange: 0 },
    { clippingRange: Number.NaN },
    { maxContributors: 0 },
    { maxContributors: 2_000_000 },
    { quantizationRange: 2 ** 40 },
  ])('are refused when they make no sense or could overflow: %o', (options) => {
    expect(() => new Packing({ ...PROTOCOL_PACKING, ...options })).toThrow(code('PACKING_INVALID'));
  });
});
