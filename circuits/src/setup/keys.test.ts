// SPDX-License-Identifier: GPL-3.0-only
// The shipped keys: what the manifest pins, small enough to ship, and derived again to the byte.
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CIRCUITS, circuitName, PUBLIC_INPUTS } from '@training-ledger/protocol/statements';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { developmentKeys, keysInfo, openKeys, readKeyFile, verifyingKeyBytes } from '../keys.ts';
import { stopCurve } from '../testing/constraints.ts';
import { stageSources } from './compile.ts';
import { deriveKeys } from './derive.ts';
import { hashFiles, sourceHash } from './manifest.ts';
import { pinCeremony } from './pin.ts';

const { directory } = developmentKeys;

describe('the shipped keys', () => {
  it.each(CIRCUITS)('of %s are those of the manifest and of the sources', async (id) => {
    const entry = (await keysInfo()).circuits[id];
    expect(await hashFiles(join(directory, id))).toEqual(entry?.files);
    expect(await sourceHash(id)).toBe(entry?.sources);
    // alpha, beta, gamma, delta, the count, and a point for the constant and each input.
    const points = 1 + PUBLIC_INPUTS[circuitName(id)].length;
    expect(await verifyingKeyBytes(id)).toHaveLength(32 + 3 * 64 + 8 + 32 * points);
  });

  it('are no others, say that they are for development, and stay below 100 MB', async () => {
    const manifest = await keysInfo();
    expect(manifest.kind).toBe('development');
    expect(Object.keys(manifest.circuits).sort()).toEqual([...CIRCUITS].sort());
    let size = 0;
    for (const name of await readdir(directory, { recursive: true })) {
      const file = await stat(join(directory, name));
      if (file.isFile()) size += file.size;
    }
    expect(size).toBeLessThan(100e6);
  });
});

describe('deriving keys', () => {
  let temporary: string;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'derive-'));
  });
  afterAll(async () => {
    await stopCurve();
    await rm(temporary, { recursive: true });
  });

  it('gives the shipped bytes from the sources', async () => {
    const [staging, target] = [join(temporary, 'staging'), join(temporary, 'keys')];
    await stageSources(staging);
    const entry = await deriveKeys(staging, target, 'ownership', () => {});
    expect(entry).toEqual((await keysInfo()).circuits.ownership);
    expect(await hashFiles(join(target, 'ownership'))).toEqual(entry.files);
    // Nothing half-written is left.
    expect((await readdir(join(target, 'ownership'))).sort()).toEqual([
      'circuit.wasm.gz',
      'circuit.zkey',
      'verification_key.json',
    ]);
  });

  it('reads a file as it is, or compressed, and names a missing one', async () => {
    const file = join(temporary, 'file');
    await expect(readKeyFile(file)).rejects.toThrow(/ENOENT/);
    await writeFile(`${file}.gz`, 'no gzip');
    await expect(readKeyFile(file)).rejects.toThrow(/header/);
    await writeFile(`${file}.gz`, gzipSync('compressed'));
    expect(String(Buffer.from(await readKeyFile(file)))).toBe('compressed');
    await writeFile(file, 'plain');
    expect(String(Buffer.from(await readKeyFile(file)))).toBe('plain');
  });

  it('reads no more of a compressed file than a key may have', async () => {
    const file = join(temporary, 'bomb');
    await writeFile(`${file}.gz`, gzipSync(new Uint8Array(2 ** 27 + 1), { level: 1 }));
    await expect(readKeyFile(file)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }),
    );
  });
});

describe('pinning the keys of a ceremony', () => {
  let folder: string;
  const own = (name: string): string => join(folder, 'ownership', name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
    await cp(join(directory, 'ownership'), join(folder, 'ownership'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes a manifest that says so', async () => {
    await writeFile(own('circuit.zkey'), 'made by many');
    expect(await pinCeremony(folder)).toEqual(['ownership']);
    const manifest = await openKeys(folder).manifest();
    expect(manifest.kind).toBe('ceremony');
    expect(manifest.circuits.ownership.files).toEqual(await hashFiles(join(folder, 'ownership')));
  });

  it.each([
    ['KEYS_DEVELOPMENT', () => Promise.resolve()],
    ['KEYS_FOREIGN', () => writeFile(own('circuit.wasm'), 'of other sources')],
    ['KEYS_INCOMPLETE', () => rm(own('verification_key.json'))],
  ])('refuses with %s', async (code, change) => {
    await change();
    await expect(pinCeremony(folder)).rejects.toThrow(expect.objectContaining({ code }));
  });
});
