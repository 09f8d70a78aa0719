// SPDX-License-Identifier: GPL-3.0-only
// Packed vectors written with big integers, to compare those that unpack them with.
import type { LimbStream, PackedVector } from '../commitment/packed.ts';
import { vectorOf } from './committers.ts';

/** A stream without its place. */
export type StreamForm = Omit<LimbStream, 'start'>;

/** A packed vector and the bytes of its scalars. */
export interface Packed {
  readonly vector: PackedVector;
  readonly scalars: Uint8Array;
}

/** What each limb of a stream must be below, in order. */
export function boundsOf({ bounds, run, count }: StreamForm): number[] {
  const all: number[] = [];
  for (let start = 0; start < count; start += run) {
    for (const bound of bounds) all.push(...Array(Math.min(run, count - start)).fill(bound));
  }
  return all;
}

/**
 * Packs limbs into streams, with bytes of ones before, between and after them, and in the last byte of each.
 * @param limb The limb of a place in all streams together.
 */
export function packed(
  forms: readonly StreamForm[],
  limb: (bound: number, index: number) => number,
): Packed {
  const bytes: number[] = [];
  const streams: LimbStream[] = [];
  const scalars: bigint[] = [];
  let index = 0;
  for (const form of forms) {
    bytes.push(255, 255, 255);
    streams.push({ ...form, start: bytes.length });
    const limbs = boundsOf(form).map((bound) => BigInt(limb(bound, index++)));
    const [bits, width] = [BigInt(form.bits), BigInt(8 * form.limbBytes)];
    const length = Math.ceil((limbs.length * form.bits) / 8);
    const padding = (1n << BigInt(8 * length - limbs.length * form.bits)) - 1n;
    let stream = limbs.reduceRight((sum, value) => (sum << bits) + value, padding);
    for (let i = 0; i < length; i++, stream >>= 8n) bytes.push(Number(stream & 255n));
    for (let i = 0; i < limbs.length; i += form.perScalar) {
      const inOne = limbs.slice(i, i + form.perScalar);
      scalars.push(inOne.reduceRight((sum, value) => (sum << width) + value, 0n));
    }
  }
  return { vector: { bytes: Uint8Array.from(bytes), streams }, scalars: vectorOf(scalars) };
}
