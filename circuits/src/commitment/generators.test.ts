// SPDX-License-Identifier: GPL-3.0-only
// Where generators are kept: the same file for every committer, made again where it is damaged, and not needed.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMITTERS, randomVector } from '../testing/committers.ts';
import { acquireCurve, releaseCurve } from './curve.ts';
import { Generators, generatorsFile, POINT_BYTES } from './generators.ts';

const directory = mkdtempSync(join(tmpdir(), 'generators-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Commits in a fresh committer, and gives the commitment and the file that is left. */
async function commit(
  create: (typeof COMMITTERS)[number]['create'],
  cache: string,
  vector: Uint8Array,
): Promise<{ commitment: Uint8Array; file: Buffer | undefined }> {
  const committer = create({ cache });
  const commitment = await committer.commit(vector);
  await committer.close();
  const file = generatorsFile(cache);
  return { commitment, file: existsSync(file) ? readFileSync(file) : undefined };
}

const size = (count: number): number => 40 + POINT_BYTES * count;
const short = randomVector(10);
const long = randomVector(1500);

describe.each(COMMITTERS)('$name', ({ name, create }) => {
  const folder = (test: string): string => join(directory, `${name}-${test}`);

  it('keeps generators, and adds those that are missing', async () => {
    const cache = folder('grows');
    const first = await commit(create, cache, short);
    expect(first.file).toHaveLength(size(1024));
    const second = await commit(create, cache, long);
    expect(second.file).toHaveLength(size(2048));
    expect(second.file?.subarray(40, size(1024))).toEqual(first.file?.subarray(40));
    expect(await commit(create, cache, short)).toEqual({ ...second, commitment: first.commitment });
    expect(readdirSync(cache)).toEqual(['pedersen-v1']);
  });

  it('makes a damaged file again', async () => {
    const cache = folder('damaged');
    const { commitment, file } = await commit(create, cache, short);
    const whole = file as Buffer;
    const changed = Buffer.from(whole);
    changed[100] = (changed[100] as number) ^ 1;
    const miscounted = Buffer.from(whole);
    miscounted.writeUInt32LE(2 ** 31, 4);
    const named = Buffer.from(whole);
    named.write('TLG2');
    for (const damaged of [changed, miscounted, named, whole.subarray(0, -1), Buffer.from('no')]) {
      writeFileSync(generatorsFile(cache), damaged);
      expect(await commit(create, cache, short)).toEqual({ commitment, file });
    }
  });

  it('needs no place to keep them', async () => {
    const occupied = folder('occupied');
    writeFileSync(occupied, 'a file');
    const { commitment, file } = await commit(create, join(occupied, 'below'), short);
    expect(file).toBeUndefined();
    expect(commitment).toEqual((await commit(create, folder('elsewhere'), short)).commitment);
  });
});

it('is the same file for all', async () => {
  const results = [];
  for (const { name, create } of COMMITTERS) {
    results.push(await commit(create, join(directory, `${name}-same`), long));
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

it('gives parts that are copies, made or read: they are sent to threads without the rest', async () => {
  const file = generatorsFile(join(directory, 'parts'));
  const curve = await acquireCurve();
  for (let i = 0; i < 2; i++) {
    const points = await new Generators(file).first(3, curve);
    expect(points.slice(0, POINT_BYTES).buffer.byteLength).toBe(POINT_BYTES);
  }
  await releaseCurve(curve);
  expect(existsSync(file)).toBe(true);
});
