// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPACT_PACKING,
  LOSSLESS_PACKING,
  type PackedCoefficients,
  Packing,
  type PackingOptions,
} from './packing.ts';

const code = (value: string) => expect.objectContaining({ code: value });

const MODULUS = 1n << 56n;

/** Coefficients added up modulo the plain modulus. */
function add(all: readonly PackedCoefficients[]): PackedCoefficients {
  const [first] = all as [PackedCoefficients];
  const sums = Array.from(first.low, (_, i) =>
    all.reduce(
      (sum, { high, low }) =>
        (sum + (BigInt(high[i] as number) << 28n) + BigInt(low[i] as number)) % MODULUS,
      0n,
    ),
  );
  return {
    low: Uint32Array.from(sums, (sum) => Number(sum % (1n << 28n))),
    high: Uint32Array.from(sums, (sum) => Number(sum >> 28n)),
  };
}

const mean = (packing: Packing, updates: readonly Int32Array[]): Float64Array => {
  const [first] = updates as [Int32Array];
  const sum = add(updates.map((update) => packing.pack(update)));
  return packing.mean(packing.unpack(sum, first.length, updates.length), updates.length);
};

const updates = (limit: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
    .chain(([length, count]) => {
      const value = fc.integer({ min: -limit, max: limit });
      const update = fc
        .array(value, { minLength: length, maxLength: length })
        .map((values) => Int32Array.from(values));
      return fc.array(update, { minLength: count, maxLength: count });
    });

describe('the lossless packing', () => {
  const packing = new Packing(LOSSLESS_PACKING);

  it('gives the exact mean of any updates', () => {
    fc.assert(
      fc.property(updates(65_536), (all) => {
        const expected = Array.from(all[0] as Int32Array, (_, i) =>
          all.reduce((sum, update) => sum + (update[i] as number), 0),
        );
        expect([...mean(packing, all)]).toEqual(expected.map((sum) => sum / all.length + 0));
      }),
    );
  });
});

const options: fc.Arbitrary<PackingOptions> = fc
  .record({
    clippingRange: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    quantizationRange: fc.integer({ min: 2, max: 2 ** 32 - 1 }),
    valuesPerCoefficient: fc.integer({ min: 1, max: 3 }),
    headroomBits: fc.integer({ min: 0, max: 10 }),
  })
  .map((one) => {
    const room = 2 ** (Math.floor(56 / one.valuesPerCoefficient) - one.headroomBits);
    return { ...one, quantizationRange: Math.min(one.quantizationRange, room) };
  });

describe('any packing', () => {
  it('is exact to half a step for each contributor', () => {
    fc.assert(
      fc.property(options, updates(2 ** 31 - 1), (settings, all) => {
        const packing = new Packing(settings);
        const few = all.slice(0, packing.maxContributors);
        const clip = settings.clippingRange;
        const step = (2 * clip) / (settings.quantizationRange - 1);
        mean(packing, few).forEach((value, i) => {
          const exact =
            few.reduce(
              (sum, update) => sum + Math.max(-clip, Math.min(clip, update[i] as number)),
              0,
            ) / few.length;
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(step / 2 + clip * 1e-9);
        });
      }),
    );
  });

  it('has room for as many contributors as its headroom says, all clipped at either end', () => {
    fc.assert(
      fc.property(options, fc.boolean(), (settings, isHigh) => {
        const packing = new Packing(settings);
        const { maxContributors, valuesPerCoefficient } = packing;
        const update = new Int32Array(2 * valuesPerCoefficient).fill(
          isHigh ? 2 ** 31 - 1 : -(2 ** 31),
        );
        const clip = Math.min(settings.clippingRange, 2 ** 31);
        const { low, high } = packing.pack(update);
        const sums = Array.from(
          low,
          (l, i) => (BigInt(l) + (BigInt(high[i] as number) << 28n)) * BigInt(maxContributors),
        );
        expect(sums.every((sum) => sum < MODULUS)).toBe(true);
        const sum = {
          low: Uint32Array.from(sums, (value) => Number(value % (1n << 28n))),
          high: Uint32Array.from(sums, (value) => Number(value >> 28n)),
        };
        const unpacked = packing.unpack(sum, update.length, maxContributors);
        const opened = packing.mean(unpacked, maxContributors);
        const step = (2 * settings.clippingRange) / (settings.quantizationRange - 1);
        for (const value of opened) {
          expect(Math.abs(value - (isHigh ? clip : -clip))).toBeLessThanOrEqual(
            step / 2 + clip * 1e-9,
          );
        }
      }),
    );
  });

  it('leaves what holds no parameter zero', () => {
    const packing = new Packing(COMPACT_PACKING);
    expect(packing.pack(Int32Array.of(-65_536, 65_536, -65_536, 65_536))).toEqual({
      low: Uint32Array.of((255 % 2 ** 10) * 2 ** 18, 255),
      high: Uint32Array.of(0, 0),
    });
  });
});

describe('sums that no sound updates have', () => {
  const unpack = (
    settings: PackingOptions,
    coefficient: bigint,
    parameters: number,
    contributors: number,
  ): Float64Array =>
    new Packing(settings).unpack(
      {
        low: Uint32Array.of(Number(coefficient % (1n << 28n))),
        high: Uint32Array.of(Number(coefficient >> 28n)),
      },
      parameters,
      contributors,
    );
  const named = (parameter: number) =>
    expect.objectContaining({
      code: 'AGGREGATE_OUT_OF_RANGE',
      details: `At parameter ${parameter}.`,
    });

  it('are refused in every lane, with the parameter named', () => {
    const limit = 3n * 131_072n;
    expect([...unpack(LOSSLESS_PACKING, limit + (limit << 28n), 2, 3)]).toEqual([393_216, 393_216]);
    expect(() => unpack(LOSSLESS_PACKING, limit + 1n, 2, 3)).toThrow(named(0));
    expect(() => unpack(LOSSLESS_PACKING, (limit + 1n) << 28n, 2, 3)).toThrow(named(1));
    for (const lane of [0, 1, 2]) {
      const at = BigInt(18 * lane);
      expect(unpack(COMPACT_PACKING, 255n << at, 3, 1)[lane]).toBe(255);
      expect(() => unpack(COMPACT_PACKING, 256n << at, 3, 1)).toThrow(named(lane));
    }
  });

  it('are refused beyond the lanes and the parameters', () => {
    expect(() => unpack(COMPACT_PACKING, 1n << 54n, 3, 1)).toThrow(named(2));
    expect(() => unpack(COMPACT_PACKING, 1n << 36n, 2, 1)).toThrow(named(2));
    expect(() => unpack(LOSSLESS_PACKING, 1n << 28n, 1, 1)).toThrow(named(1));
    const single = { ...LOSSLESS_PACKING, valuesPerCoefficient: 1 };
    expect(() => unpack(single, MODULUS - 1n, 1, 1_024)).toThrow(named(0));
  });

  it('are refused of none, and of more than there is headroom for', () => {
    expect(() => unpack(LOSSLESS_PACKING, 0n, 1, 0)).toThrow(code('TOO_FEW_CONTRIBUTORS'));
    expect(() => unpack(LOSSLESS_PACKING, 0n, 1, 1.5)).toThrow(code('TOO_FEW_CONTRIBUTORS'));
    expect(() => unpack(LOSSLESS_PACKING, 0n, 1, 1_025)).toThrow(code('TOO_MANY_CONTRIBUTORS'));
    const tight = { ...LOSSLESS_PACKING, headroomBits: 1 };
    expect(() => unpack(tight, 0n, 1, 3)).toThrow(code('TOO_MANY_CONTRIBUTORS'));
    const packing = new Packing(tight);
    expect(() => packing.mean(new Float64Array(1), 3)).toThrow(code('TOO_MANY_CONTRIBUTORS'));
  });
});

describe('packings that could overflow or make no sense', () => {
  it.each([
    { quantizationRange: 1 },
    { quantizationRange: 2 ** 18 + 1 },
    { quantizationRange: 2 ** 32, valuesPerCoefficient: 1 },
    { quantizationRange: 1.5 },
    { clippingRange: 0 },
    { clippingRange: 2 ** 32 },
    { clippingRange: Number.NaN },
    { valuesPerCoefficient: 0 },
    { valuesPerCoefficient: 4 },
    { valuesPerCoefficient: 3 },
    { headroomBits: -1 },
    { headroomBits: 11 },
  ])('are refused: %o', (change) => {
    expect(() => new Packing({ ...LOSSLESS_PACKING, ...change })).toThrow(code('PACKING_INVALID'));
  });
});
