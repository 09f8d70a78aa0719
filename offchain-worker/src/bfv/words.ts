// SPDX-License-Identifier: Apache-2.0
// SEAL's serialised objects without compression are a header, the same for all of a kind, and words of 64 bits,
// little-endian. Limbs have fewer than 53 bits: they fit doubles.
import type { MainModule } from 'node-seal';

const WORD_BYTES = 8;
const HALF = 2 ** 32;

/** Something that SEAL serialises. */
interface Serialisable {
  saveToArray(mode: MainModule['ComprModeType']['none']): unknown;
}

/** The bytes of a SEAL object; a copy, because what SEAL gives may lie in its own memory. */
export const save = (seal: MainModule, object: Serialisable): Uint8Array =>
  Uint8Array.from(object.saveToArray(seal.ComprModeType.none) as Uint8Array);

/** Bytes of an object: its header, then one word a limb. */
export function fromLimbs(header: Uint8Array, limbs: Float64Array): Uint8Array {
  const bytes = new Uint8Array(header.length + limbs.length * WORD_BYTES);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (let i = 0; i < limbs.length; i++) {
    const limb = limbs[i] as number;
    const low = limb % HALF;
    view.setUint32(WORD_BYTES * i, low, true);
    view.setUint32(WORD_BYTES * i + 4, (limb - low) / HALF, true);
  }
  return bytes;
}

/** The limbs of an object with a header of so many bytes. */
export function toLimbs(headerBytes: number, bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes);
  const limbs = new Float64Array((bytes.length - headerBytes) / WORD_BYTES);
  for (let i = 0; i < limbs.length; i++) {
    const high = view.getUint32(WORD_BYTES * i + 4, true);
    limbs[i] = view.getUint32(WORD_BYTES * i, true) + high * HALF;
  }
  return limbs;
}

/** Bytes of a plaintext with small signed coefficients modulo a plain modulus of so many bits. */
export function fromSmall(
  header: Uint8Array,
  coefficients: Int8Array | Int16Array,
  plainBits: number,
): Uint8Array {
  const bytes = new Uint8Array(header.length + coefficients.length * WORD_BYTES);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  const modulus = 1n << BigInt(plainBits);
  const [lowMask, highMask] = [Number((modulus - 1n) % 2n ** 32n), Number((modulus - 1n) >> 32n)];
  for (let i = 0; i < coefficients.length; i++) {
    const value = coefficients[i] as number;
    // Two's complement, cut to the modulus.
    view.setUint32(WORD_BYTES * i, value & lowMask, true);
    view.setUint32(WORD_BYTES * i + 4, (value >> 31) & highMask, true);
  }
  return bytes;
}
