// SPDX-License-Identifier: Apache-2.0
// The file of a sum of updates, "TLS1": the header of an update, contributors (4 bytes, little-endian), the key part of 7
// bytes a limb, the masked part of 6. Limbs are summed over the integers and not reduced, so that the sum of the updates'
// commitments is the commitment of this file.
import { SdkError } from '../errors.ts';
import { HEADER_BYTES, headerFault, writeHeader } from './file-header.ts';
import {
  checkShape,
  firstAbove,
  hasLimbs,
  KEY_RUNS,
  maskedLimbCount,
  maskedRuns,
  type SumFile,
  type UpdateShape,
} from './layout.ts';
import { readLimbs, writeLimbs } from './limb-bytes.ts';
import { KEY_LIMBS, MAX_CONTRIBUTORS } from './parameters.ts';

const MAGIC = 'TLS1';
const SUM_HEADER_BYTES = HEADER_BYTES + 4;
/** Bytes of a limb of the key part: 43 bits and 10 of headroom are 53. */
export const KEY_LIMB_BYTES = 7;
/** Bytes of a limb of the masked part: 36 bits and 10 of headroom are 46. */
export const MASKED_LIMB_BYTES = 6;
const MASKED_AT = SUM_HEADER_BYTES + KEY_LIMBS * KEY_LIMB_BYTES;

/**
 * Bytes of a sum file.
 * @throws SdkError `ARGUMENT_INVALID` for a shape that no update has.
 */
export function sumFileBytes(shape: UpdateShape): number {
  checkShape(shape);
  return MASKED_AT + maskedLimbCount(shape) * MASKED_LIMB_BYTES;
}

/**
 * Reads a sum file of a known shape.
 * @throws SdkError `SUM_MALFORMED` for another length or header, contributors other than 1 to 1,024, or a limb above what so
 * many can sum up to; `ARGUMENT_INVALID` for a shape that no update has.
 */
export function parseSum(bytes: Uint8Array, shape: UpdateShape): SumFile {
  const { parameters, valuesPerCoefficient } = shape;
  const headFault = headerFault(bytes, MAGIC, shape, sumFileBytes(shape));
  if (headFault !== undefined) throw malformedSum(headFault);
  const contributors = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEADER_BYTES, true);
  const keyPart = new Float64Array(KEY_LIMBS);
  const maskedPart = new Float64Array(maskedLimbCount(shape));
  readLimbs(bytes.subarray(SUM_HEADER_BYTES, MASKED_AT), KEY_LIMB_BYTES, keyPart);
  readLimbs(bytes.subarray(MASKED_AT), MASKED_LIMB_BYTES, maskedPart);
  const file = { parameters, valuesPerCoefficient, contributors, keyPart, maskedPart };
  const fault = sumFault(file);
  if (fault !== undefined) throw malformedSum(fault);
  return file;
}

/**
 * Writes a sum file. The same sum gives the same bytes.
 * @throws SdkError `SUM_MALFORMED` unless {@link parseSum} would take it, `ARGUMENT_INVALID` for a shape that no update has.
 */
export function serialiseSum(file: SumFile): Uint8Array {
  const bytes = new Uint8Array(sumFileBytes(file));
  if (!hasLimbs(file)) throw malformedSum('It has not the limbs of its shape.');
  const fault = sumFault(file);
  if (fault !== undefined) throw malformedSum(fault);
  writeHeader(bytes, MAGIC, file);
  new DataView(bytes.buffer).setUint32(HEADER_BYTES, file.contributors, true);
  writeLimbs(bytes.subarray(SUM_HEADER_BYTES, MASKED_AT), KEY_LIMB_BYTES, file.keyPart);
  writeLimbs(bytes.subarray(MASKED_AT), MASKED_LIMB_BYTES, file.maskedPart);
  return bytes;
}

const malformedSum = (details: string): SdkError =>
  new SdkError('SUM_MALFORMED', 'The file is not a sum of updates of this federation.', {
    details,
  });

function sumFault(file: SumFile): string | undefined {
  const { contributors } = file;
  if (!(Number.isInteger(contributors) && contributors >= 1 && contributors <= MAX_CONTRIBUTORS)) {
    return `It says ${contributors} contributors; a sum has 1 to ${MAX_CONTRIBUTORS}.`;
  }
  const key = firstAbove(file.keyPart, KEY_RUNS, contributors);
  if (key >= 0) return `Limb ${key} of the key part is above what ${contributors} can sum up to.`;
  const masked = firstAbove(file.maskedPart, maskedRuns(file), contributors);
  if (masked < 0) return undefined;
  return `Limb ${masked} of the masked part is above what ${contributors} can sum up to.`;
}
