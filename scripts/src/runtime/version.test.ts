// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { runtimeWasmPath } from '@training-ledger/runtime-types/files';
import { describe, expect, test } from 'vitest';
import { COMPRESSED, readRuntimeVersion } from './version.ts';

const blob = new Uint8Array(await readFile(runtimeWasmPath));
const wasm = new Uint8Array(zstdDecompressSync(blob.subarray(COMPRESSED.length)));

describe('the version of a runtime', () => {
  test('is in its file, compressed or not', () => {
    const version = readRuntimeVersion(blob);
    expect(version.specName).toBe('training-ledger');
    expect(version.specVersion).toBeGreaterThanOrEqual(2);
    expect(readRuntimeVersion(wasm)).toEqual(version);
  });

  const empty = wasm.subarray(0, 8);
  const refused: [what: string, file: Uint8Array, why: RegExp][] = [
    ['nothing', new Uint8Array(), /no WASM file/],
    ['a text', new TextEncoder().encode('{"genesis": {}}'), /no WASM file/],
    ['a file that is cut off', wasm.subarray(0, wasm.length / 2), /cut off/],
    ['a compressed file that is cut off', blob.subarray(0, 1_000), /decompressed/],
    [
      'something else that is compressed',
      Uint8Array.from([...COMPRESSED, ...zstdCompressSync(Buffer.from('text'))]),
      /no WASM file/,
    ],
    ['another WASM program', empty, /no runtime/],
    [
      'a version that is cut off',
      Uint8Array.from([...empty, 0, 19, 15, ...Buffer.from('runtime_version'), 4, 97, 0]),
      /version is cut off/,
    ],
    [
      'a section that never says how long it is',
      Uint8Array.from([...empty, 0, 255, 255, 255, 255, 255, 255]),
      /cut off/,
    ],
  ];
  test.each(refused)('%s has none', (_, file, why) => {
    expect(() => readRuntimeVersion(file)).toThrow(why);
  });
});
