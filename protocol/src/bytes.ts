// SPDX-License-Identifier: Apache-2.0
// Bytes, hex and the ledger's hashes.
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 as sha256Hash } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '@training-ledger/runtime-types';
import { ProtocolError } from './errors.ts';
import { fieldFromBytes, fieldToBytes } from './statements/index.ts';

export { concatBytes, utf8ToBytes };

/** Bytes in hex with 0x. */
export const toHex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`;

/**
 * Bytes of hex with 0x.
 * @throws ProtocolError `ARGUMENT_INVALID`.
 */
export function fromHex(hex: string): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) {
    throw new ProtocolError('ARGUMENT_INVALID', 'Not bytes in hex with 0x.');
  }
  return hexToBytes(hex.slice(2));
}

/** blake2-256: the hash of ids, trees and bindings. */
export const blake2 = (...parts: Uint8Array[]): Uint8Array =>
  blake2b(concatBytes(...parts), { dkLen: 32 });

/** sha2-256: the hash of contents. */
export const sha256 = (bytes: Uint8Array): Uint8Array => sha256Hash(bytes);

/** A scalar as the chain takes it. */
export const fieldHex = (value: bigint): Hex => toHex(fieldToBytes(value));

/** The scalar of the chain's bytes. */
export const hexField = (hex: Hex): bigint => fieldFromBytes(fromHex(hex));

/** Whether two byte strings are the same. Not constant-time: for public values. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
