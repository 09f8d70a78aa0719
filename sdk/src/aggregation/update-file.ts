// SPDX-License-Identifier: Apache-2.0
// The file of a sealed update, "TLU1": header, the key part as a stream of 43-bit limbs (88,064 bytes), the masked part as
// a stream of 36-bit limbs (9 bytes a coefficient, so that nothing is left to pad).
import { SdkError } from '../errors.ts';
import { readStream, streamBytes, writeStream } from './bits.ts';
import { HEADER_BYTES, headerFault, writeHeader } from './file-header.ts';
import {
  checkShape,
  firstAbove,
  hasLimbs,
  KEY_RUNS,
  maskedLimbCount,
  maskedRuns,
  type UpdateFile,
  type UpdateShape,
} from './layout.ts';
import { KEY, KEY_LIMBS, MASK } from './parameters.ts';

const MAGIC = 'TLU1';
const MASKED_AT = HEADER_BYTES + streamBytes(KEY.limbBits, KEY_LIMBS);

/**
 * Bytes of an update file.
 * @throws SdkError `ARGUMENT_INVALID` for a shape that no update has.
 */
export function updateFileBytes(shape: UpdateShape): number {
  checkShape(shape);
  return MASKED_AT + streamBytes(MASK.limbBits, maskedLimbCount(shape));
}

/** The two streams of an update file. */
export interface UpdateStreams {
  readonly key: Uint8Array;
  readonly masked: Uint8Array;
}

/**
 * Checks length and header of an update file and gives its streams, unread.
 * @throws SdkError `UPDATE_MALFORMED`, or `ARGUMENT_INVALID` for a shape that no update has.
 */
export function updateStreams(bytes: Uint8Array, shape: UpdateShape): UpdateStreams {
  const fault = headerFault(bytes, MAGIC, shape, updateFileBytes(shape));
  if (fault !== undefined) throw malformedUpdate(fault);
  return { key: bytes.subarray(HEADER_BYTES, MASKED_AT), masked: bytes.subarray(MASKED_AT) };
}

/**
 * Reads an update file of a known shape.
 * @throws SdkError `UPDATE_MALFORMED` for another length or header, or a limb that is not below its prime; or
 * `ARGUMENT_INVALID` for a shape that no update has.
 */
export function parseUpdate(bytes: Uint8Array, shape: UpdateShape): UpdateFile {
  const { parameters, valuesPerCoefficient } = shape;
  const { key, masked } = updateStreams(bytes, shape);
  const keyPart = new Float64Array(KEY_LIMBS);
  const maskedPart = new Float64Array(maskedLimbCount(shape));
  readStream(key, KEY.limbBits, 0, keyPart);
  readStream(masked, MASK.limbBits, 0, maskedPart);
  const file = { parameters, valuesPerCoefficient, keyPart, maskedPart };
  const fault = limbFault(file);
  if (fault !== undefined) throw malformedUpdate(fault);
  return file;
}

/**
 * Writes an update file.
 * @throws SdkError `UPDATE_MALFORMED` if there are not as many limbs as the shape has, or one is not an integer below its
 * prime; `ARGUMENT_INVALID` for a shape that no update has.
 */
export function serialiseUpdate(file: UpdateFile): Uint8Array {
  const bytes = new Uint8Array(updateFileBytes(file));
  if (!hasLimbs(file)) throw malformedUpdate('It has not the limbs of its shape.');
  const fault = limbFault(file);
  if (fault !== undefined) throw malformedUpdate(fault);
  writeHeader(bytes, MAGIC, file);
  writeStream(bytes.subarray(HEADER_BYTES, MASKED_AT), KEY.limbBits, 0, file.keyPart);
  writeStream(bytes.subarray(MASKED_AT), MASK.limbBits, 0, file.maskedPart);
  return bytes;
}

/** An `UPDATE_MALFORMED` error. */
export const malformedUpdate = (details: string): SdkError =>
  new SdkError('UPDATE_MALFORMED', 'The file is not a sealed update of this federation.', {
    details,
  });

function limbFault(file: UpdateFile): string | undefined {
  const key = firstAbove(file.keyPart, KEY_RUNS);
  if (key >= 0) return `Limb ${key} of the key part is not below its prime.`;
  const masked = firstAbove(file.maskedPart, maskedRuns(file));
  return masked < 0 ? undefined : `Limb ${masked} of the masked part is not below its prime.`;
}
