// SPDX-License-Identifier: Apache-2.0
// A content store in memory.

import { checkHash, longContentHash } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ContentStore,
  checkContent,
  checkSize,
  type GetOptions,
  MAX_CONTENT_BYTES,
  notFound,
} from './store.ts';

/** Keeps contents in memory: for tests and short-lived processes. */
export class MemoryContentStore implements ContentStore {
  readonly #contents = new Map<Hex, Uint8Array>();
  readonly #maxBytes: number;

  constructor({ maxBytes = MAX_CONTENT_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  async put(bytes: Uint8Array): Promise<Hex> {
    checkSize(bytes.length, this.#maxBytes);
    // What the caller changes meanwhile is not what is stored.
    const own = bytes.slice();
    const hash = await longContentHash(own);
    this.#contents.set(hash, own);
    return hash;
  }

  async get(hash: Hex, { maxBytes = this.#maxBytes }: GetOptions = {}): Promise<Uint8Array> {
    checkHash(hash);
    const bytes = this.#contents.get(hash) ?? notFound(hash);
    checkSize(bytes.length, maxBytes);
    return checkContent(hash, bytes.slice());
  }

  async has(hash: Hex): Promise<boolean> {
    checkHash(hash);
    return this.#contents.has(hash);
  }
}
