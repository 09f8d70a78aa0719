// SPDX-License-Identifier: GPL-3.0-only
// Vectors that come as streams of limbs, several to a scalar, and how they become scalars where the native program does not
// unpack them itself (circuits/native/src/packed.rs).
import { CommitterError, MAX_SCALARS, SCALAR_BYTES } from './committer.ts';

/** Most streams of a vector, and bounds of a stream. */
const MAX_STREAMS = 8;
/** Most bits of a limb. */
const MAX_BITS = 48;
/** Most bytes of a scalar that limbs take: with them it is below the group order. */
const MAX_USED = 31;
const WORD = 2 ** 32;
/** Bytes that a limb, and up to seven bits before it, is read from. */
const WINDOW = 8;

/**
 * Limbs in a vector's bytes, bit after bit: limb i takes the bits from `i * bits` on, the least significant first, and bit b of the
 * stream is bit b mod 8 of byte `start + floor(b / 8)`. Bits after the last limb are not looked at.
 */
export interface LimbStream {
  /** The stream's first byte. */
  readonly start: number;
  /** Bits of a limb, 1 to 48. */
  readonly bits: number;
  /**
   * One to eight numbers that limbs must be below. Limbs come in blocks, each a run of them below the first bound, then one below the
   * second, and so on.
   */
  readonly bounds: readonly number[];
  /** Limbs of a run; those of the last block may be shorter. */
  readonly run: number;
  /** Limbs below each bound, in all blocks together. */
  readonly count: number;
  /** Limbs of a scalar, the first one lowest. The stream begins a new scalar, and its last one may have fewer. */
  readonly perScalar: number;
  /** Bytes of a limb in a scalar: no fewer than its bits take, and 31 at most in all limbs of a scalar. */
  readonly limbBytes: number;
}

/** A vector in a smaller form: its scalars are those of its one to eight streams, one stream after another. */
export interface PackedVector {
  /** No more than the scalars of the longest vector take. */
  readonly bytes: Uint8Array;
  readonly streams: readonly LimbStream[];
}

/** A vector: the bytes of its scalars, {@link SCALAR_BYTES} each, little-endian, or limbs. */
export type Vector = Uint8Array | PackedVector;

/** Why a vector is refused whatever its limbs or scalars are: its length, or streams that cannot be. */
export function sizeError(vector: Vector): CommitterError | undefined {
  const { length } = vector instanceof Uint8Array ? vector : vector.bytes;
  const count =
    vector instanceof Uint8Array ? length / SCALAR_BYTES : packedCount(vector.streams, length);
  const isSound = Number.isInteger(count) && count >= 1 && count <= MAX_SCALARS;
  if (isSound && length <= MAX_SCALARS * SCALAR_BYTES) return undefined;
  return new CommitterError(
    'VECTOR_INVALID',
    vector instanceof Uint8Array
      ? `A vector has 1 to ${MAX_SCALARS} scalars of ${SCALAR_BYTES} bytes, not ${length} bytes.`
      : `The streams of a packed vector are none of limbs in ${length} bytes for 1 to ${MAX_SCALARS} scalars.`,
  );
}

/** What a vector is refused for whose size is right: a scalar or a limb. */
export function valueError(vector: Vector): CommitterError {
  return new CommitterError(
    'VECTOR_INVALID',
    vector instanceof Uint8Array
      ? 'A scalar of the vector is not below the group order.'
      : 'A limb of the packed vector is not below its bound.',
  );
}

/** The bytes of a vector's scalars; undefined if a limb is not below its bound. {@link sizeError} has nothing against it. */
export function scalarsOf(vector: Vector): Uint8Array | undefined {
  if (vector instanceof Uint8Array) return vector;
  const { bytes, streams } = vector;
  // What is beyond a stream is read, and zeros are written behind a scalar.
  const padded = new Uint8Array(bytes.length + WINDOW);
  padded.set(bytes);
  const length = packedCount(streams, bytes.length) * SCALAR_BYTES;
  const scalars = new Uint8Array(length + WINDOW);
  let at = 0;
  for (const stream of streams) {
    if (!write(stream, padded, scalars, at)) return undefined;
    at += scalarCount(stream) * SCALAR_BYTES;
  }
  return scalars.subarray(0, length);
}

/** Scalars of streams in so many bytes; not a number if there can be no such streams. */
function packedCount(streams: readonly LimbStream[], length: number): number {
  const isSound = streams.length <= MAX_STREAMS && streams.every((stream) => fits(stream, length));
  return isSound ? streams.reduce((sum, stream) => sum + scalarCount(stream), 0) : Number.NaN;
}

const scalarCount = ({ count, bounds, perScalar }: LimbStream): number =>
  Math.ceil((count * bounds.length) / perScalar);

function fits(stream: LimbStream, length: number): boolean {
  const { start, bits, bounds, run, count, perScalar, limbBytes } = stream;
  const numbers = [start, bits, run, count, perScalar, limbBytes, ...bounds];
  return (
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0) &&
    bits >= 1 &&
    bits <= Math.min(MAX_BITS, 8 * limbBytes) &&
    bounds.length >= 1 &&
    bounds.length <= MAX_STREAMS &&
    run >= 1 &&
    perScalar >= 1 &&
    perScalar * limbBytes <= MAX_USED &&
    start + Math.ceil((count * bounds.length * bits) / 8) <= length
  );
}

/** Writes the scalars of a stream from byte `at` on. Whether all limbs are below their bounds. */
function write(stream: LimbStream, from: Uint8Array, to: Uint8Array, at: number): boolean {
  const { start, bits, bounds, run, count, perScalar, limbBytes } = stream;
  const input = new DataView(from.buffer, from.byteOffset + start);
  const output = new DataView(to.buffer, at);
  const lowMask = bits >= 32 ? 0xffffffff : 2 ** bits - 1;
  const highMask = bits > 32 ? 2 ** (bits - 32) - 1 : 0;
  const gap = SCALAR_BYTES - perScalar * limbBytes;
  let isSound = true;
  let bit = 0;
  let place = 0;
  let inScalar = 0;
  for (let before = 0; before < count; before += run) {
    const limbs = Math.min(run, count - before);
    for (const bound of bounds) {
      for (let i = 0; i < limbs; i++) {
        const byte = Math.floor(bit / 8);
        const shift = bit - 8 * byte;
        const words = [input.getUint32(byte, true), input.getUint32(byte + 4, true)] as const;
        // Shifts count modulo 32: in two steps, none of them is by 32.
        const low = (((words[0] >>> shift) | ((words[1] << 1) << (31 - shift))) & lowMask) >>> 0;
        const high = (words[1] >>> shift) & highMask;
        if (low + high * WORD >= bound) isSound = false;
        output.setUint32(place, low, true);
        output.setUint32(place + 4, high, true);
        bit += bits;
        place += limbBytes;
        if (++inScalar === perScalar) {
          place += gap;
          inScalar = 0;
        }
      }
    }
  }
  return isSound;
}
