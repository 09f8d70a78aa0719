// SPDX-License-Identifier: Apache-2.0
// Content stores: bytes by the hash of themselves. The chain holds sha2-256 digests; the CID is CIDv1 (raw) of them.

import type { Hex } from '@training-ledger/runtime-types';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { fromHex, sha256, toHex } from '../bytes.ts';
import { SdkError } from '../errors.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** Largest object that a store takes unless told otherwise: 256 MiB. */
export const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

/** How to read. */
export interface GetOptions {
  /** Refuse anything longer, before reading it where the store can tell; the store's own limit by default. */
  readonly maxBytes?: number;
}

/** Stores bytes by their hash. Implementations pass `contentStoreCases` of `@training-ledger/sdk/testing`. */
export interface ContentStore {
  /**
   * Stores bytes and gives their sha2-256 digest.
   * @throws SdkError `CONTENT_TOO_LARGE`.
   */
  put(bytes: Uint8Array): Promise<Hex>;
  /**
   * The bytes of a digest, hashed again.
   * @throws SdkError `CONTENT_NOT_FOUND`, `CONTENT_HASH_MISMATCH`, `CONTENT_TOO_LARGE` or, for what is no digest,
   * `CID_INVALID`.
   */
  get(hash: Hex, options?: GetOptions): Promise<Uint8Array>;
  /** Whether the store has bytes of a digest. */
  has(hash: Hex): Promise<boolean>;
}

/** The CIDv1 (raw, sha2-256, base32) of a digest. */
export function cidOf(hash: Hex): string {
  return CID.createV1(RAW, create(SHA2_256, checkHash(hash))).toString();
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
  const { code, digest } = cid.multihash;
  if (cid.version !== 1 || cid.code !== RAW || code !== SHA2_256 || digest.length !== 32) {
    throw new SdkError('CID_INVALID', 'The ledger uses CIDv1 with the raw codec and sha2-256.');
  }
  return toHex(digest);
}

/**
 * The 32 bytes of a digest in lower-case hex.
 * @throws SdkError `CID_INVALID`.
 */
export function checkHash(hash: Hex): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new SdkError('CID_INVALID', 'A content hash is 32 bytes in lower-case hex with 0x.');
  }
  return fromHex(hash);
}

/** The digest under which bytes are stored. */
export const contentHash = (bytes: Uint8Array): Hex => toHex(sha256(bytes));

/** {@link contentHash} by Web Crypto: of long contents much sooner, and beside other work. */
export async function longContentHash(bytes: Uint8Array): Promise<Hex> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return toHex(new Uint8Array(digest));
}

/** @throws SdkError `CONTENT_HASH_MISMATCH`. */
export async function checkContent(hash: Hex, bytes: Uint8Array): Promise<Uint8Array> {
  if ((await longContentHash(bytes)) !== hash) {
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
    throw new SdkError('CONTENT_TOO_LARGE', `The content is longer than ${limit} bytes.`, {
      details: `It has ${size}.`,
    });
  }
}

/** @throws SdkError `CONTENT_NOT_FOUND`, always. */
export function notFound(hash: Hex): never {
  throw new SdkError('CONTENT_NOT_FOUND', 'The store does not have this content.', {
    details: cidOf(hash),
  });
}
