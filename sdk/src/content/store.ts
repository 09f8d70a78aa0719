// SPDX-License-Identifier: Apache-2.0
// Content stores: bytes by the hash of themselves. The chain holds sha2-256 digests; the CID is CIDv1 (raw) of them.
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import type { Hex } from '@training-ledger/runtime-types';
import { fromHex, sameBytes, sha256, toHex } from '../bytes.ts';
import { SdkError } from '../errors.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** Largest object that a store takes unless told otherwise: 256 MiB. */
export const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

/** Stores bytes by their hash. */
export interface ContentStore {
  /**
   * Stores bytes and gives their sha2-256 digest.
   * @throws SdkError `CONTENT_TOO_LARGE`.
   */
  put(bytes: Uint8Array): Promise<Hex>;
  /**
   * The bytes of a digest, hashed again.
   * @throws SdkError `CONTENT_NOT_FOUND`, `CONTENT_HASH_MISMATCH` or `CONTENT_TOO_LARGE`.
   */
  get(hash: Hex): Promise<Uint8Array>;
  /** Whether the store has bytes of a digest. */
  has(hash: Hex): Promise<boolean>;
}

/** The CIDv1 (raw, sha2-256, base32) of a digest. */
export function cidOf(hash: Hex): string {
  const digest = fromHex(hash);
  if (digest.length !== 32) throw new SdkError('CID_INVALID', 'A content hash has 32 bytes.');
  return CID.createV1(RAW, create(SHA2_256, digest)).toString();
}

/**
 * The digest in a CID.
 * @throws SdkError `CID_INVALID` for anything but CIDv1, raw, sha2-256.
 */
export function hashOfCid(text: string): Hex {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new SdkError('CID_INVALID', 'Not a CID.', { cause });
  }
  if (cid.version !== 1 || cid.code !== RAW || cid.multihash.code !== SHA2_256) {
    throw new SdkError('CID_INVALID', 'The ledger uses CIDv1 with the raw codec and sha2-256.');
  }
  return toHex(cid.multihash.digest);
}

/** The digest under which bytes are stored. */
export const contentHash = (bytes: Uint8Array): Hex => toHex(sha256(bytes));

/** @throws SdkError `CONTENT_HASH_MISMATCH`. */
export function checkContent(hash: Hex, bytes: Uint8Array): Uint8Array {
  if (!sameBytes(sha256(bytes), fromHex(hash))) {
    throw new SdkError('CONTENT_HASH_MISMATCH', 'The store gave other bytes than were asked for.', {
      details: cidOf(hash),
      hint: 'Ask another store; do not use these bytes.',
    });
  }
  return bytes;
}

/** @throws SdkError `CONTENT_TOO_LARGE`. */
export function checkSize(size: number, limit: number): void {
  if (size > limit) {
    throw new SdkError('CONTENT_TOO_LARGE', `The store takes at most ${limit} bytes.`, {
      details: `Got ${size}.`,
    });
  }
}

/** @throws SdkError `CONTENT_NOT_FOUND`, always. */
export function notFound(hash: Hex): never {
  throw new SdkError('CONTENT_NOT_FOUND', 'The store does not have this content.', {
    details: cidOf(hash),
  });
}
