// SPDX-License-Identifier: Apache-2.0
// What update and sum files begin with: four letters, parameters (4 bytes, little-endian), values of a coefficient (1
// byte), three zero bytes.

import type { UpdateShape } from './layout.ts';

/** Bytes of the common header. */
export const HEADER_BYTES = 12;

/** Writes the header at the start of `bytes`. */
export function writeHeader(bytes: Uint8Array, magic: string, shape: UpdateShape): void {
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(4, shape.parameters, true);
  view.setUint8(8, shape.valuesPerCoefficient);
}

/** What is wrong with the length or the header of a file that should be of this shape, if anything. */
export function headerFault(
  bytes: Uint8Array,
  magic: string,
  shape: UpdateShape,
  length: number,
): string | undefined {
  if (bytes.length !== length) return `It has ${bytes.length} bytes instead of ${length}.`;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const letters = String.fromCharCode(...bytes.subarray(0, 4));
  if (letters !== magic) return `It does not begin with ${magic}.`;
  const parameters = view.getUint32(4, true);
  if (parameters !== shape.parameters) return `It is of ${parameters} parameters.`;
  const values = view.getUint8(8);
  if (values !== shape.valuesPerCoefficient) return `It has ${values} values a coefficient.`;
  const padding = bytes.subarray(9, HEADER_BYTES);
  return padding.some((byte) => byte !== 0) ? 'Its padding is not zero.' : undefined;
}
