// SPDX-License-Identifier: Apache-2.0
// The scalars that the ledger commits to: an update's limbs, or a sum's, several a scalar with room for sums of 1,024. The
// scalars of a sum are the sums of the updates' scalars, which is why adding up commitments works.
import type { PackedVector } from '@training-ledger/circuits';
import { coefficientCount, maskedLimbCount, type UpdateFile, type UpdateShape } from './layout.ts';
import { writeLimb } from './limb-bytes.ts';
import { DEGREE, KEY, KEY_LIMBS, MASK } from './parameters.ts';
import { KEY_LIMB_BYTES, MASKED_LIMB_BYTES } from './sum-file.ts';
import { updateStreams } from './update-file.ts';

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
 * The vector that an update file is committed to with: its scalars are {@link commitmentScalars} of the update. Whoever commits to it
 * or checks it refuses a limb that is not below its prime; here length and header are checked, and nothing is copied.
 * @throws SdkError `UPDATE_MALFORMED`, or `ARGUMENT_INVALID` for a shape that no update has.
 */
export function updateVector(bytes: Uint8Array, shape: UpdateShape): PackedVector {
  const { key, masked } = updateStreams(bytes, shape);
  return {
    bytes,
    streams: [
      {
        start: key.byteOffset - bytes.byteOffset,
        bits: KEY.limbBits,
        bounds: KEY.primes,
        run: DEGREE,
        count: KEY_LIMBS / KEY.primes.length,
        perScalar: KEY_LIMBS_EACH,
        limbBytes: KEY_LIMB_BYTES,
      },
      {
        start: masked.byteOffset - bytes.byteOffset,
        bits: MASK.limbBits,
        bounds: MASK.primes,
        run: DEGREE,
        count: coefficientCount(shape),
        perScalar: MASKED_LIMBS_EACH,
        limbBytes: MASKED_LIMB_BYTES,
      },
    ],
  };
}

function spread(scalars: Uint8Array, each: number, width: 6 | 7, limbs: Float64Array): void {
  const view = new DataView(scalars.buffer, scalars.byteOffset);
  let at = 0;
  for (let i = 0; i < limbs.length; i += each, at += SCALAR_BYTES) {
    const count = Math.min(each, limbs.length - i);
    for (let k = 0; k < count; k++) writeLimb(view, at + k * width, width, limbs[i + k] as number);
  }
}
