// SPDX-License-Identifier: Apache-2.0
// The scalars that the ledger commits to: an update's limbs, or a sum's, several a scalar with room for sums of 1,024. The
// scalars of a sum are the sums of the updates' scalars, which is why adding up commitments works.
import { readStream } from './bits.ts';
import {
  KEY_RUNS,
  type LimbRun,
  maskedLimbCount,
  maskedRuns,
  type UpdateFile,
  type UpdateShape,
} from './layout.ts';
import { writeLimb } from './limb-bytes.ts';
import { DEGREE, KEY, KEY_LIMBS, MASK } from './parameters.ts';
import { KEY_LIMB_BYTES, MASKED_LIMB_BYTES } from './sum-file.ts';
import { malformedUpdate, updateStreams } from './update-file.ts';

/** Bytes of a scalar, little-endian. */
export const SCALAR_BYTES = 32;
/** Limbs of the key part in a scalar: 28 bytes. */
const KEY_LIMBS_EACH = 4;
/** Limbs of the masked part in a scalar: 30 bytes, well below the 254 bits of BN254's scalars. */
const MASKED_LIMBS_EACH = 5;
const KEY_SCALARS = KEY_LIMBS / KEY_LIMBS_EACH;

/** Scalars of an update or a sum of this shape. */
export const scalarCount = (shape: UpdateShape): number =>
  KEY_SCALARS + Math.ceil(maskedLimbCount(shape) / MASKED_LIMBS_EACH);

/**
 * The scalars of an update or a sum, {@link SCALAR_BYTES} each: first the key part, 4 limbs of 7 bytes a scalar, then the
 * masked part, 5 limbs of 6 bytes a scalar; what is left of a scalar is zero.
 */
export function commitmentScalars(file: UpdateFile): Uint8Array {
  const scalars = new Uint8Array(scalarCount(file) * SCALAR_BYTES);
  const masked = scalars.subarray(KEY_SCALARS * SCALAR_BYTES);
  spread(scalars, KEY_LIMBS_EACH, KEY_LIMB_BYTES, file.keyPart);
  spread(masked, MASKED_LIMBS_EACH, MASKED_LIMB_BYTES, file.maskedPart);
  return scalars;
}

/**
 * {@link commitmentScalars} of an update straight from its file, one run of limbs at a time: what checking many updates takes
 * most of its time for.
 * @throws SdkError `UPDATE_MALFORMED`, or `ARGUMENT_INVALID` for a shape that no update has.
 */
export function updateScalars(bytes: Uint8Array, shape: UpdateShape): Uint8Array {
  const { key, masked } = updateStreams(bytes, shape);
  const scalars = new Uint8Array(scalarCount(shape) * SCALAR_BYTES);
  const rest = scalars.subarray(KEY_SCALARS * SCALAR_BYTES);
  copy(scalars, KEY_LIMBS_EACH, KEY_LIMB_BYTES, {
    stream: key,
    bits: KEY.limbBits,
    runs: KEY_RUNS,
  });
  const runs = maskedRuns(shape);
  copy(rest, MASKED_LIMBS_EACH, MASKED_LIMB_BYTES, { stream: masked, bits: MASK.limbBits, runs });
  return scalars;
}

function copy(
  scalars: Uint8Array,
  each: number,
  width: 6 | 7,
  { stream, bits, runs }: { stream: Uint8Array; bits: number; runs: readonly LimbRun[] },
): void {
  const view = new DataView(scalars.buffer, scalars.byteOffset, scalars.length);
  const scratch = new Float64Array(DEGREE);
  // The place of the next limb, and how many are in its scalar already.
  let at = 0;
  let inScalar = 0;
  for (const { first, count, prime } of runs) {
    const limbs = scratch.subarray(0, count);
    readStream(stream, bits, first, limbs);
    for (let i = 0; i < count; i++) {
      const limb = limbs[i] as number;
      if (limb >= prime) throw malformedUpdate('A limb is not below its prime.');
      writeLimb(view, at, width, limb);
      at += width;
      if (++inScalar === each) {
        at += SCALAR_BYTES - each * width;
        inScalar = 0;
      }
    }
  }
}

function spread(scalars: Uint8Array, each: number, width: 6 | 7, limbs: Float64Array): void {
  const view = new DataView(scalars.buffer, scalars.byteOffset);
  let at = 0;
  for (let i = 0; i < limbs.length; i += each, at += SCALAR_BYTES) {
    const count = Math.min(each, limbs.length - i);
    for (let k = 0; k < count; k++) writeLimb(view, at + k * width, width, limbs[i + k] as number);
  }
}
