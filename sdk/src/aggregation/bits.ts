// SPDX-License-Identifier: Apache-2.0
// Streams of limbs of 33 to 46 bits, least significant bit first: limb i takes the bits from `i * bits` on, and bit b of a
// stream is bit b mod 8 of byte b / 8. Doubles hold limbs exactly, so there is no BigInt.

const WORD = 2 ** 32;
/** Bytes that a limb and the up to 7 bits before it in its first byte are read from. */
const WINDOW = 8;

/** Bytes of a stream of so many limbs, the last of them padded with zero bits. */
export const streamBytes = (bits: number, limbs: number): number => Math.ceil((bits * limbs) / 8);

/**
 * Reads the limbs from number `first` on into the whole of `out`.
 * @param bytes The stream; it must have those limbs.
 * @param bits Bits of a limb, 33 to 46.
 */
export function readStream(
  bytes: Uint8Array,
  bits: number,
  first: number,
  out: Float64Array,
): void {
  if (bits === 36) read36(bytes, first, out);
  else readAny(bytes, bits, first, out);
}

/** Two limbs of 36 bits lie in nine bytes and share the middle one: twice as fast as windows. */
function read36(bytes: Uint8Array, first: number, out: Float64Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const even = (at: number): number =>
    view.getUint32(at, true) + (view.getUint8(at + 4) & 15) * WORD;
  const odd = (at: number): number =>
    view.getUint32(at + 5, true) * 16 + (view.getUint8(at + 4) >>> 4);
  let i = 0;
  if (first % 2 === 1 && out.length > 0) out[i++] = odd(((first - 1) / 2) * 9);
  let at = ((first + i) / 2) * 9;
  for (; i + 1 < out.length; i += 2, at += 9) {
    out[i] = even(at);
    out[i + 1] = odd(at);
  }
  if (i < out.length) out[i] = even(at);
}

function readAny(bytes: Uint8Array, bits: number, first: number, out: Float64Array): void {
  const highMask = 2 ** (bits - 32) - 1;
  const inside = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lastWindow = bytes.length - WINDOW;
  for (let i = 0; i < out.length; i++) {
    const at = (first + i) * bits;
    const byte = Math.floor(at / 8);
    const shift = at - 8 * byte;
    const padded = byte <= lastWindow ? undefined : windowAt(bytes, byte);
    const view = padded ?? inside;
    const start = padded === undefined ? byte : 0;
    const low = view.getUint32(start, true);
    const high = view.getUint32(start + 4, true);
    // Shifts count modulo 32: in two steps, none of them is by 32.
    const lowest = (low >>> shift) | ((high << 1) << (31 - shift));
    out[i] = (lowest >>> 0) + ((high >>> shift) & highMask) * WORD;
  }
}

/**
 * Writes limbs from number `first` on. Their bits in `bytes` must be zero before.
 * @param bits Bits of a limb, 33 to 46; every limb must have no more.
 */
export function writeStream(
  bytes: Uint8Array,
  bits: number,
  first: number,
  limbs: Float64Array,
): void {
  for (let i = 0; i < limbs.length; i++) {
    const at = (first + i) * bits;
    const byte = Math.floor(at / 8);
    const value = (limbs[i] as number) * (1 << (at - 8 * byte));
    const low = value % WORD;
    const high = (value - low) / WORD;
    bytes[byte] = (bytes[byte] as number) | low;
    bytes[byte + 1] = low >>> 8;
    bytes[byte + 2] = low >>> 16;
    bytes[byte + 3] = low >>> 24;
    bytes[byte + 4] = high;
    // What is beyond the end are zero bits, and writing there does nothing.
    bytes[byte + 5] = high >>> 8;
    bytes[byte + 6] = high >>> 16;
  }
}

/** The last bytes of a stream, with zeros behind them. */
function windowAt(bytes: Uint8Array, byte: number): DataView {
  const window = new Uint8Array(WINDOW);
  window.set(bytes.subarray(byte));
  return new DataView(window.buffer);
}
