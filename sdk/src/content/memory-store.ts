// SPDX-License-Identifier: Apache-2.0
// A content store in memory.
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ContentStore,
  checkContent,
  checkSize,
  contentHash,
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
    const hash = contentHash(bytes);
    this.#contents.set(hash, bytes.slice());
    return hash;
  }

  async get(hash: Hex): Promise<Uint8Array> {
    return checkContent(hash, this.#contents.get(hash)?.slice() ?? notFound(hash));
  }

  async has(hash: Hex): Promise<boolean> {
    return this.#contents.has(hash);
  }
}
