// SPDX-License-Identifier: Apache-2.0
// A content store in a folder: two levels of folders by the digest's first bytes, files written whole or not at all.
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hex } from '@training-ledger/runtime-types';
import { fromHex } from '../bytes.ts';
import {
  type ContentStore,
  checkContent,
  checkSize,
  cidOf,
  contentHash,
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
    const hash = contentHash(bytes);
    const path = this.#path(hash);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return hash;
  }

  async get(hash: Hex): Promise<Uint8Array> {
    const path = this.#path(hash);
    const { size } = await stat(path).catch(() => notFound(hash));
    checkSize(size, this.#maxBytes);
    return checkContent(hash, new Uint8Array(await readFile(path)));
  }

  async has(hash: Hex): Promise<boolean> {
    return access(this.#path(hash)).then(
      () => true,
      () => false,
    );
  }

  #path(hash: Hex): string {
    const name = cidOf(hash);
    const [first, second] = fromHex(hash);
    const folder = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, '0');
    return join(this.#root, folder(first), folder(second), name);
  }
}
