// SPDX-License-Identifier: Apache-2.0
// A content store in a folder: two levels of folders by the digest's first bytes, files written whole or not at all.
import { randomUUID } from 'node:crypto';
import { access, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cidOf, longContentHash } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import {
  type ContentStore,
  checkContent,
  checkSize,
  type GetOptions,
  MAX_CONTENT_BYTES,
  notFound,
} from './store.ts';

/** Keeps contents in a folder that processes of one machine may share. */
export class FileContentStore implements ContentStore {
  readonly #root: string;
  readonly #maxBytes: number;

  constructor(root: string, { maxBytes = MAX_CONTENT_BYTES }: { maxBytes?: number } = {}) {
    this.#root = root;
    this.#maxBytes = maxBytes;
  }

  async put(bytes: Uint8Array): Promise<Hex> {
    checkSize(bytes.length, this.#maxBytes);
    const hash = await longContentHash(bytes);
    const path = this.#path(hash);
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    // Renaming puts the whole file in place at once: readers and other writers of the same bytes see all of it or nothing.
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await withFile(temporary, 'wx', async (file) => {
        await file.writeFile(bytes);
        await file.sync();
      });
      await rename(temporary, path);
      // The name is as durable as the bytes.
      await withFile(folder, 'r', (file) => file.sync());
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return hash;
  }

  async get(hash: Hex, { maxBytes = this.#maxBytes }: GetOptions = {}): Promise<Uint8Array> {
    const path = this.#path(hash);
    const bytes = await withFile(path, 'r', async (file) => {
      checkSize((await file.stat()).size, maxBytes);
      return new Uint8Array(await file.readFile());
    }).catch((error) => {
      if (error.code === 'ENOENT') notFound(hash);
      throw error;
    });
    return checkContent(hash, bytes);
  }

  async has(hash: Hex): Promise<boolean> {
    return access(this.#path(hash)).then(
      () => true,
      () => false,
    );
  }

  #path(hash: Hex): string {
    const name = cidOf(hash);
    return join(this.#root, hash.slice(2, 4), hash.slice(4, 6), name);
  }
}

async function withFile<T>(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
