// SPDX-License-Identifier: Apache-2.0
// Scores as the leads of the label's over the others: circom/lib/margins.circom.
import { pack } from './hash.ts';
import type { Sample } from './model.ts';
import { isMlp, type MlpShape, type Shape } from './shape.ts';

/** Bits of an element of a packing. */
const ELEMENT_BITS = 248;

/** Least number of bits of a signed integer whose magnitude is at most `bound`. */
function signedBits(bound: number): number {
  let bits = 1;
  while (2 ** (bits - 1) <= bound) bits++;
  return bits;
}

/** Largest sum of the magnitudes of a sample's features and the constant 127. */
const featureMass = ({ features }: Shape): number => 128 * features + 127;

/** Bits that hold every sum of the hidden layer, with its sign. */
export function sumBits(shape: Shape): number {
  return signedBits(32_768 * featureMass(shape));
}

/** Bits that hold the difference of any two scores, with its sign. */
export function marginBits(shape: Shape | MlpShape): number {
  // An activation is at most 2^15 (128 F + 127) / 2^12.
  const mass = isMlp(shape) ? 8 * featureMass(shape) * shape.hidden + 127 : featureMass(shape);
  return signedBits(65_535 * mass);
}

/**
 * One slot for each class but the last: the lead over that class, or over the last one where the class is the label. Less
 * one where the sample is flagged, which leaves no negative one; else shifted up by 2^(bits-1).
 */
export function margins(
  scores: readonly number[],
  label: number,
  flagged: boolean,
  bits: number,
): number[] {
  const own = scores[label] as number;
  const last = scores.length - 1;
  return scores.slice(0, last).map((score, c) => {
    const lead = own - (c === label ? (scores[last] as number) : score);
    return flagged ? lead - 1 : lead + 2 ** (bits - 1);
  });
}

/** Packs rows of values of `bits` bits, as many to a scalar as go into 248. */
export function packRows(rows: readonly (readonly number[])[], bits: number): bigint[] {
  return pack(rows.flat().map(BigInt), bits, Math.floor(ELEMENT_BITS / bits));
}

/** Packs each sample's label and flag in 9 bits. */
export function packLabels(challenge: readonly Sample[], flags: readonly boolean[]): bigint[] {
  const values = challenge.map(({ label }, n) => BigInt(label + 256 * Number(flags[n])));
  return pack(values, 9, 27);
}
