// SPDX-License-Identifier: Apache-2.0
// Content stores: bytes by the hash of themselves.
import { cidOf, longContentHash } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';

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
