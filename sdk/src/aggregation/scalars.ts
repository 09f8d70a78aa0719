// SPDX-License-Identifier: Apache-2.0
// The scalars that the ledger commits to: an update's limbs, or a sum's, several a scalar with room for sums of 1,024. The
// scalars of a sum are the sums of the updates' scalars, which is why adding up commitments works.
import { maskedLimbCount, type UpdateFile, type UpdateShape } from './layout.ts';
import { writeLimb } from './limb-bytes.ts';
import { KEY_LIMBS } from './parameters.ts';
import { KEY_LIMB_BYTES, MASKED_LIMB_BYTES } from './sum-file.ts';

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

function spread(scalars: Uint8Array, each: number, width: 6 | 7, limbs: Float64Array): void {
  const view = new DataView(scalars.buffer, scalars.byteOffset);
  let at = 0;
  for (let i = 0; i < limbs.length; i += each, at += SCALAR_BYTES) {
    const count = Math.min(each, limbs.length - i);
    for (let k = 0; k < count; k++) writeLimb(view, at + k * width, width, limbs[i + k] as number);
  }
}
