// SPDX-License-Identifier: Apache-2.0
// safetensors (https://github.com/huggingface/safetensors#format): u64 length, JSON header, tensors without gaps.
import { concatBytes, utf8ToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

/** Largest header that is read: 1 MiB. */
const MAX_HEADER = 1024 * 1024;
/** The header's entry that is no tensor. */
const METADATA = '__metadata__';
const SIZES = {
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;

/** Element types that are read and written. */
export type Dtype = keyof typeof SIZES;

/** One tensor: little-endian bytes in row-major order. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** A file's content. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

const malformed = (details: string): ProtocolError =>
  new ProtocolError('SAFETENSORS_MALFORMED', 'The bytes are not a safetensors file.', { details });

/**
 * Writes a file: tensors by name, header padded to 8 bytes, the same bytes for the same content.
 * @throws ProtocolError `SAFETENSORS_MALFORMED` if a tensor has another size than its shape says or the reserved name
 * `__metadata__`, or if the header would be longer than readers take.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    header.push([METADATA, Object.fromEntries(Object.entries(metadata).sort(byName))]);
  }
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors).sort(byName)) {
    if (name === METADATA) throw malformed(`No tensor may be called ${METADATA}.`);
    if (data.length !== sizeOf(dtype, shape))
      throw malformed(`${name} has not the size of its shape.`);
    header.push([name, { dtype, shape, data_offsets: [offset, offset + data.length] }]);
    parts.push(data);
    offset += data.length;
  }
  const json = JSON.stringify(Object.fromEntries(header));
  const text = utf8ToBytes(json + ' '.repeat((8 - (utf8ToBytes(json).length % 8)) % 8));
  if (text.length > MAX_HEADER) throw malformed('The header is longer than 1 MiB.');
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return concatBytes(length, text, ...parts);
}

/**
 * Reads a file.
 * @throws ProtocolError `SAFETENSORS_MALFORMED` for gaps, overlaps, unknown types or anything else that the format forbids.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw malformed('It ends within the length.');
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER) || length > BigInt(bytes.length - 8)) {
    throw malformed('The header is longer than the file or than 1 MiB.');
  }
  const start = 8 + Number(length);
  const header = parseHeader(bytes.subarray(8, start));
  const { [METADATA]: metadata = {}, ...entries } = header;
  // Not assigned one by one: a tensor may be called `__proto__`.
  const tensors: [string, Tensor][] = [];
  let expected = 0;
  const ordered = Object.entries(entries)
    .map(([name, entry]) => [name, checkEntry(name, entry)] as const)
    .sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { dtype, shape, begin, end }] of ordered) {
    if (begin !== expected || end - begin !== sizeOf(dtype, shape) || start + end > bytes.length) {
      throw malformed(`${name} leaves a gap, overlaps, or has not the size of its shape.`);
    }
    tensors.push([name, { dtype, shape, data: bytes.slice(start + begin, start + end) }]);
    expected = end;
  }
  if (start + expected !== bytes.length) throw malformed('Bytes follow the last tensor.');
  if (!isStringRecord(metadata)) throw malformed('The metadata are not texts.');
  return { tensors: Object.fromEntries(tensors), metadata };
}

function sizeOf(dtype: Dtype, shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, SIZES[dtype]);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed('The header is not JSON.');
  }
  if (bytes[0] !== 0x7b || typeof header !== 'object' || header === null) {
    throw malformed('The header is not an object.');
  }
  return header as Record<string, unknown>;
}

function checkEntry(
  name: string,
  entry: unknown,
): { dtype: Dtype; shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  const lengths = (value: unknown): value is number[] =>
    Array.isArray(value) &&
    value.length <= 16 &&
    value.every((n) => Number.isSafeInteger(n) && n >= 0);
  const known = typeof dtype === 'string' && Object.hasOwn(SIZES, dtype);
  if (!known || !lengths(shape) || !lengths(data_offsets) || data_offsets.length !== 2) {
    throw malformed(`${name} has no valid type, shape and offsets.`);
  }
  const [begin, end] = data_offsets as [number, number];
  if (begin > end) throw malformed(`${name} ends before it begins.`);
  return { dtype: dtype as Dtype, shape, begin, end };
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
