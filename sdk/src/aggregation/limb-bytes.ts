// SPDX-License-Identifier: Apache-2.0
// Limbs of six or seven whole bytes, little-endian.

const WORD = 2 ** 32;

/**
 * Writes limbs one after another.
 * @param width 6 or 7 bytes; every limb must be an integer below 2^48 or 2^53.
 */
export function writeLimbs(bytes: Uint8Array, width: 6 | 7, limbs: Float64Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0, at = 0; i < limbs.length; i++, at += width) {
    writeLimb(view, at, width, limbs[i] as number);
  }
}

/** Writes one limb, as {@link writeLimbs} does. */
export function writeLimb(view: DataView, at: number, width: 6 | 7, limb: number): void {
  // Faster than the remainder of a division.
  const high = Math.floor(limb / WORD);
  view.setUint32(at, limb - high * WORD, true);
  view.setUint16(at + 4, high, true);
  if (width === 7) view.setUint8(at + 6, high >>> 16);
}

/** Reads limbs into the whole of `out`. From 2^53 on they are rounded, but never to below that. */
export function readLimbs(bytes: Uint8Array, width: 6 | 7, out: Float64Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0, at = 0; i < out.length; i++, at += width) {
    const middle = view.getUint16(at + 4, true);
    const high = width === 7 ? middle + view.getUint8(at + 6) * 65_536 : middle;
    out[i] = view.getUint32(at, true) + high * WORD;
  }
}
