// SPDX-License-Identifier: Apache-2.0
// The header of a committee's files: which committee they are of, and whose they are.
//
// magic 4 ‖ u8 position ‖ u8 members ‖ u8 threshold ‖ 0 ‖ u32le epoch ‖ base id 32
import { fromHex, toHex } from '@training-ledger/sdk';
import type { CommitteeFacts } from './committee.ts';

/** Bytes of the header. */
export const FILE_HEADER_BYTES = 44;

/** What a header says. */
export interface FileHeader extends CommitteeFacts {
  /** Of the member whose file it is. */
  readonly position: number;
}

/** The bytes of a header. `magic` has four characters. */
export function fileHeader(
  magic: string,
  { base, epoch, position, members, threshold }: FileHeader,
): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_BYTES);
  header.set(new TextEncoder().encode(magic));
  header.set([position, members, threshold], 4);
  new DataView(header.buffer).setUint32(8, epoch, true);
  header.set(fromHex(base), 12);
  return header;
}

/** What the header of a file of at least {@link FILE_HEADER_BYTES} says. Nothing of it is checked. */
export function readFileHeader(bytes: Uint8Array): FileHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FILE_HEADER_BYTES);
  return {
    position: view.getUint8(4),
    members: view.getUint8(5),
    threshold: view.getUint8(6),
    epoch: view.getUint32(8, true),
    base: toHex(bytes.subarray(12, FILE_HEADER_BYTES)),
  };
}

/** Whether `bytes` begin with `start`. */
export const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, i) => byte === bytes[i]);
