// SPDX-License-Identifier: Apache-2.0
// Name and version of a runtime, from its WASM file alone: nothing of it is executed.
import { zstdDecompressSync } from 'node:zlib';
import { compactStripLength, u8aToString } from '@polkadot/util';

/** Marks a zstd-compressed runtime (sp-maybe-compressed-blob). */
export const COMPRESSED = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
/** Begins every WASM file: the magic number and version 1. */
const WASM = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
/** Bytes of the largest runtime that nodes decompress (sp-maybe-compressed-blob's `CODE_BLOB_BOMB_LIMIT`). */
const LARGEST = 50 * 1024 * 1024;
/** The custom section in which sp-version leaves the version. */
const SECTION = 'runtime_version';
const CUSTOM = 0;

/** Which runtime, and which release of it. */
export interface RuntimeVersion {
  readonly specName: string;
  readonly specVersion: number;
}

/**
 * The version of a runtime.
 * @param file WASM, compressed or not
 * @throws Error saying why the file is no runtime
 */
export function readRuntimeVersion(file: Uint8Array): RuntimeVersion {
  const wasm = decompress(file);
  if (!startsWith(wasm, WASM)) throw new Error('It is no WASM file.');
  for (let at = WASM.length; at < wasm.length; ) {
    const kind = wasm[at];
    const [size, start] = readLength(wasm, at + 1);
    const end = start + size;
    if (end > wasm.length) throw new Error('It is cut off.');
    if (kind === CUSTOM) {
      const [length, text] = readLength(wasm, start);
      const name = u8aToString(wasm.subarray(text, text + length));
      if (name === SECTION) return decode(wasm.subarray(text + length, end));
    }
    at = end;
  }
  throw new Error('It is a WASM file, but no runtime: it has no version.');
}

function decompress(file: Uint8Array): Uint8Array {
  if (!startsWith(file, COMPRESSED)) return file;
  try {
    return zstdDecompressSync(file.subarray(COMPRESSED.length), { maxOutputLength: LARGEST });
  } catch (cause) {
    throw new Error('It cannot be decompressed.', { cause });
  }
}

/** SCALE: spec_name, impl_name, authoring_version, spec_version, and more. */
function decode(bytes: Uint8Array): RuntimeVersion {
  const [nameLength, name] = compactStripLength(bytes);
  const [implLength] = compactStripLength(bytes.subarray(nameLength));
  const numbers = bytes.subarray(nameLength + implLength);
  if (name.length === 0 || numbers.length < 8) throw new Error('Its version is cut off.');
  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return { specName: u8aToString(name), specVersion: view.getUint32(4, true) };
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** A number in LEB128, and where it ends. */
function readLength(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [value, from + i + 1];
  }
  throw new Error('It is cut off.');
}
