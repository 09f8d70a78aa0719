// SPDX-License-Identifier: Apache-2.0
import {
  COMPACT_PACKING,
  DEGREE,
  KEY,
  LOSSLESS_PACKING,
  MASK,
  type PackingOptions,
  parseSum,
  parseUpdate,
  type SumFile,
  serialiseUpdate,
  UpdateSum,
} from '@training-ledger/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSeal } from '../bfv/seal.ts';
import { type SingleKey, singleKey } from '../bfv/single-key.test.helper.ts';
import { fromLimbs, save, toLimbs } from '../bfv/words.ts';
import { createUpdateMasker, type UpdateMasker } from './masker.ts';
import { openSum, unmask } from './open-sum.ts';
import { reduce } from './residues.ts';

const base = `0x${'5a'.repeat(32)}` as const;
const otherBase = `0x${'5b'.repeat(32)}` as const;
const code = (value: string) => expect.objectContaining({ code: value });

let key: SingleKey;
const masker = (packing: PackingOptions): Promise<UpdateMasker> =>
  createUpdateMasker({ publicKey: key.publicKey, base, packing });
const randomUpdate = (parameters: number): Int32Array =>
  Int32Array.from({ length: parameters }, () => Math.floor(Math.random() * 131_073) - 65_536);

/** The sum of update files, through its own file. */
function add(files: readonly Uint8Array[], parameters: number, packing: PackingOptions): SumFile {
  const { valuesPerCoefficient } = packing;
  const sum = new UpdateSum({ parameters, valuesPerCoefficient });
  for (const file of files) sum.add(file);
  return parseSum(sum.bytes(), sum.shape);
}

const open = async (sum: SumFile, packing: PackingOptions = LOSSLESS_PACKING) =>
  openSum({ base, sum, keySum: key.open(sum.keyPart), packing });

beforeAll(async () => {
  key = await singleKey();
});

describe('a sum of sealed updates', () => {
  it('of 1,024 contributors opens to the exact mean, with a margin of noise', async () => {
    const parameters = 11;
    const { mask } = await masker(LOSSLESS_PACKING);
    const updates = Array.from({ length: 1_024 }, () => randomUpdate(parameters));
    const files = [];
    for (const update of updates) files.push(await mask(update));
    const sum = add(files, parameters, LOSSLESS_PACKING);
    const { mean, contributors } = await open(sum);
    expect(contributors).toBe(1_024);
    mean.forEach((value, i) => {
      const total = updates.reduce((all, update) => all + (update[i] as number), 0);
      expect(value).toBe(total / 1_024 + 0);
    });
    // A standard deviation of 3.24 times 32; 8,192 is accepted and 32,767 fails.
    expect((await unmask(base, sum, key.open(sum.keyPart))).noise).toBeLessThan(800);
    expect(key.noiseBudget(sum.keyPart)).toBeGreaterThan(50);
  });

  it.each([
    ['the lossless packing', LOSSLESS_PACKING],
    ['the compact packing', COMPACT_PACKING],
  ])('of 1,024 contributors clipped at either end is exact in %s', async (_, packing) => {
    const update = Int32Array.of(1, 1, 1, -1, -1, -1, 1, -1).map((sign) => sign * 100_000);
    const { mask } = await masker(packing);
    // Each of 32 files counts 32 times: their errors add up to more than those of different ones, and still are few.
    const files = await Promise.all(Array.from({ length: 32 }, () => mask(update)));
    const all = Array.from({ length: 32 }, () => files).flat();
    const { mean, contributors } = await open(add(all, update.length, packing), packing);
    expect(contributors).toBe(1_024);
    expect([...mean]).toEqual([1, 1, 1, -1, -1, -1, 1, -1].map((sign) => sign * 65_536));
  });

  it.each([
    ['the lossless packing', LOSSLESS_PACKING, 2 * DEGREE + 1],
    ['the compact packing', COMPACT_PACKING, 9 * DEGREE + 2],
    ['one value a coefficient', { ...LOSSLESS_PACKING, valuesPerCoefficient: 1 }, DEGREE],
  ])('opens over several blocks in %s', async (_, packing, parameters) => {
    const { mask } = await masker(packing);
    const updates = [1, 2, 3].map(() => randomUpdate(parameters));
    const files = await Promise.all(updates.map(mask));
    const { mean } = await open(add(files, parameters, packing), packing);
    const half = packing.clippingRange / (packing.quantizationRange - 1);
    const off = mean.findIndex((value, i) => {
      const exact = updates.reduce((all, update) => all + (update[i] as number), 0) / 3;
      return Math.abs(value - exact) > (half <= 0.5 ? 1e-9 : half + 1e-6);
    });
    expect(off).toBe(-1);
  });

  it("has the limbs of SEAL's own sums, once they are reduced", async () => {
    const parameters = 4 * DEGREE;
    const { mask } = await masker(LOSSLESS_PACKING);
    const files = await Promise.all([1, 2, 3].map(() => mask(randomUpdate(parameters))));
    const shape = { parameters, valuesPerCoefficient: 2 };
    const updates = files.map((file) => parseUpdate(file, shape));
    const sum = add(files, parameters, LOSSLESS_PACKING);
    const { module, key: keyContext, mask: maskContext } = await loadSeal();
    const parts = [
      { part: 'keyPart', context: keyContext, ring: KEY },
      // Two whole blocks have the form of a ciphertext's two polynomials.
      { part: 'maskedPart', context: maskContext, ring: MASK },
    ] as const;
    for (const { part, context, ring } of parts) {
      using generator = new module.KeyGenerator(context);
      using publicKey = generator.createPublicKey();
      using encryptor = new module.Encryptor(context, publicKey);
      using evaluator = new module.Evaluator(context);
      using total = new module.Ciphertext();
      using next = new module.Ciphertext();
      encryptor.encryptZero(total);
      const header = save(module, total).slice(0, 113);
      updates.forEach((update, i) => {
        (i === 0 ? total : next).loadFromArray(context, fromLimbs(header, update[part]));
        if (i > 0) evaluator.addInplace(total, next);
      });
      const reduced = sum[part].map((limb, i) =>
        reduce(limb, ring.primes[Math.floor(i / DEGREE) % 2] as number),
      );
      expect(reduced).toEqual(toLimbs(113, save(module, total)));
      expect(fromLimbs(header, reduced)).toEqual(save(module, total));
    }
  });
});

describe('sealing', () => {
  it('never gives the same file twice', async () => {
    const { mask } = await masker(LOSSLESS_PACKING);
    const update = randomUpdate(20);
    const [one, other] = await Promise.all([mask(update), mask(update)]);
    expect(one).not.toEqual(other);
  });

  it('needs a sound key, base and packing, and an update', async () => {
    const options = { publicKey: key.publicKey, base, packing: LOSSLESS_PACKING };
    const making = (change: Partial<typeof options>) =>
      createUpdateMasker({ ...options, ...change } as typeof options);
    await expect(making({ publicKey: new Uint8Array(5) })).rejects.toThrow(code('KEY_MALFORMED'));
    await expect(making({ base: '0x00' as typeof base })).rejects.toThrow(code('ARGUMENT_INVALID'));
    const packing = { ...LOSSLESS_PACKING, headroomBits: 11 };
    await expect(making({ packing })).rejects.toThrow(code('PACKING_INVALID'));
    const { mask } = await making({});
    await expect(mask(new Int32Array())).rejects.toThrow(code('ARGUMENT_INVALID'));
  });
});

describe('a key sum is refused', () => {
  const parameters = 9;
  let sum: SumFile;
  let keySum: Int16Array;
  const refused = async (wrong: Int16Array): Promise<void> => {
    const opening = openSum({ base, sum, keySum: wrong, packing: LOSSLESS_PACKING });
    await expect(opening).rejects.toThrow(code('KEY_SUM_WRONG'));
  };

  beforeAll(async () => {
    const { mask } = await masker(LOSSLESS_PACKING);
    const files = await Promise.all([1, 2, 3].map(() => mask(randomUpdate(parameters))));
    sum = add(files, parameters, LOSSLESS_PACKING);
    keySum = key.open(sum.keyPart);
  });

  it('if a single coefficient is wrong', async () => {
    for (const at of [0, 1_000, DEGREE - 1]) {
      const value = keySum[at] as number;
      await refused(keySum.with(at, value > 0 ? value - 1 : value + 1));
    }
  });

  it('if it is of other updates', async () => {
    const { mask } = await masker(LOSSLESS_PACKING);
    const files = await Promise.all([1, 2, 3].map(() => mask(randomUpdate(parameters))));
    await refused(key.open(add(files, parameters, LOSSLESS_PACKING).keyPart));
  });

  it('if it has other coefficients than three ternary keys, or none at all', async () => {
    await refused(keySum.with(7, 4));
    await refused(keySum.with(7, -4));
    await refused(keySum.subarray(1));
    await refused(new Int16Array(DEGREE + 1));
    await refused(new Int16Array(DEGREE));
  });

  it('for another base model', async () => {
    const opening = openSum({ base: otherBase, sum, keySum, packing: LOSSLESS_PACKING });
    await expect(opening).rejects.toThrow(code('KEY_SUM_WRONG'));
  });

  it('with the sum of a contributor that masked with another key than it encrypted', async () => {
    const { mask } = await masker(LOSSLESS_PACKING);
    const shape = { parameters, valuesPerCoefficient: 2 };
    const [one, other, third] = (await Promise.all(
      [1, 2, 3].map(async () => parseUpdate(await mask(randomUpdate(parameters)), shape)),
    )) as [SumFile, SumFile, SumFile];
    const crossed = serialiseUpdate({ ...one, keyPart: other.keyPart });
    const bad = add([crossed, serialiseUpdate(third)], parameters, LOSSLESS_PACKING);
    await expect(open(bad)).rejects.toThrow(code('KEY_SUM_WRONG'));
  });
});

describe('an opened sum is refused', () => {
  it('if a contributor sealed values that no update has, with the parameter named', async () => {
    const parameters = 5;
    const wide = { ...LOSSLESS_PACKING, quantizationRange: 2 ** 20, headroomBits: 8 };
    const honest = await (await masker(LOSSLESS_PACKING)).mask(new Int32Array(parameters));
    const update = new Int32Array(parameters).fill(-65_536);
    update[3] = 65_536;
    const bad = await (await masker(wide)).mask(update);
    const sum = add([honest, bad], parameters, LOSSLESS_PACKING);
    await expect(open(sum)).rejects.toMatchObject({
      code: 'AGGREGATE_OUT_OF_RANGE',
      details: 'At parameter 3.',
    });
  });

  it('if it is of another packing, or of more contributors than the packing has room for', async () => {
    const file = await (await masker(LOSSLESS_PACKING)).mask(new Int32Array(4));
    const sum = add([file, file, file], 4, LOSSLESS_PACKING);
    await expect(open(sum, COMPACT_PACKING)).rejects.toThrow(code('ARGUMENT_INVALID'));
    const tight = { ...LOSSLESS_PACKING, headroomBits: 1 };
    await expect(open(sum, tight)).rejects.toThrow(code('TOO_MANY_CONTRIBUTORS'));
  });
});
