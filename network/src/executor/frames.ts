// SPDX-License-Identifier: Apache-2.0
// The form of the conversation with the native program (network/native/src/frames.rs): a length in four bytes, little-endian, and as
// many bytes. Inside, byte strings and lists are preceded by their length, and what may be absent by a byte, 0 or 1.
import { ExecutorError } from './errors.ts';

/** Longest content of a frame, in bytes; the program takes none that is longer. */
export const MAX_FRAME = 128 * 2 ** 20;

const LENGTH = 4;

/** A frame in the making; `max` is for tests. */
export class FrameWriter {
  readonly #max: number;
  #bytes = Buffer.allocUnsafe(256);
  #length = LENGTH;

  constructor(max = MAX_FRAME) {
    this.#max = max;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#bytes[at] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#bytes.writeUInt32LE(value, at);
    return this;
  }

  u64(value: number): this {
    const at = this.#grow(8);
    this.#bytes.writeBigUInt64LE(BigInt(value), at);
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.from(value);
    this.u32(bytes.length);
    const at = this.#grow(bytes.length);
    bytes.copy(this.#bytes, at);
    return this;
  }

  /** @throws ExecutorError `REQUEST_INVALID` if the text is not hex behind 0x. */
  hex(value: string): this {
    return this.u32(byteLength(value)).rawHex(value);
  }

  /** Bytes without their length before them. */
  rawHex(value: string): this {
    const length = byteLength(value);
    const at = this.#grow(length);
    // Node stops at the first pair that is no hex.
    if (this.#bytes.write(value.slice(2), at, 'hex') !== length) throw notHex(value);
    return this;
  }

  option(value: string | null | undefined): this {
    return typeof value === 'string' ? this.u8(1).hex(value) : this.u8(0);
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.u32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** @throws ExecutorError `REQUEST_TOO_LONG` */
  finish(): Buffer {
    this.#bytes.writeUInt32LE(this.#length - LENGTH, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room, and says where. */
  #grow(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length - LENGTH > this.#max) {
      throw new ExecutorError('REQUEST_TOO_LONG', 'The executor takes no request that long.', {
        details: `It would take more than ${this.#max} bytes.`,
      });
    }
    if (length > this.#bytes.length) {
      const bytes = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(bytes, 0, 0, at);
      this.#bytes = bytes;
    }
    this.#length = length;
    return at;
  }
}

function byteLength(hex: string): number {
  const length = hex.length / 2 - 1;
  if (!hex.startsWith('0x') || !Number.isInteger(length)) throw notHex(hex);
  return length;
}

function notHex(value: string): ExecutorError {
  const shown = value.length > 40 ? `${value.slice(0, 40)}...` : value;
  return new ExecutorError('REQUEST_INVALID', 'The executor takes bytes as hex behind 0x.', {
    details: `"${shown}" is none.`,
  });
}

/** Reads a frame's content from its beginning. */
export class FrameReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(content: Buffer) {
    this.#bytes = content;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#skip(1));
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#skip(4));
  }

  bytes(): Buffer {
    const length = this.u32();
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  hex(): `0x${string}` {
    return `0x${this.bytes().toString('hex')}`;
  }

  text(): string {
    return this.bytes().toString();
  }

  option<T>(read: () => T): T | undefined {
    return this.u8() === 1 ? read() : undefined;
  }

  list<T>(read: () => T): T[] {
    const length = this.u32();
    const items: T[] = [];
    // Each item takes at least a byte, so that this ends with the frame.
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }

  #skip(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) throw nonsense('A frame ends before its last field.');
    return at;
  }
}

/** What the program says makes no sense. */
export function nonsense(details: string): ExecutorError {
  return new ExecutorError('EXECUTOR_ANSWER', 'The native executor answers nonsense.', { details });
}

/** Cuts a stream of bytes into frames. */
export class FrameSplitter {
  #chunks: Buffer[] = [];
  #length = 0;

  /**
   * The contents of the frames that end in this chunk.
   * @throws ExecutorError `EXECUTOR_ANSWER` if a frame is too long.
   */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const contents: Buffer[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) contents.push(next);
    return contents;
  }

  #next(): Buffer | undefined {
    if (this.#length < LENGTH) return undefined;
    if ((this.#chunks[0] as Buffer).length < LENGTH) this.#join();
    const length = (this.#chunks[0] as Buffer).readUInt32LE();
    if (length > MAX_FRAME) throw nonsense(`A frame of ${length} bytes.`);
    const end = LENGTH + length;
    if (this.#length < end) return undefined;
    const bytes = this.#join();
    this.#chunks = [bytes.subarray(end)];
    this.#length -= end;
    return bytes.subarray(LENGTH, end);
  }

  /** One copy for a frame, however many chunks it comes in. */
  #join(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks, this.#length)];
    return this.#chunks[0] as Buffer;
  }
}
