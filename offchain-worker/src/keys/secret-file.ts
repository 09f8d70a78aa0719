// SPDX-License-Identifier: Apache-2.0
// Files that only their owner may read, written whole or not at all.
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that after a crash there is the old one or the new one, on the disk and not only in its cache. */
export async function writeSecretFile(path: string, text: string | Uint8Array): Promise<void> {
  const temporary = `${path}.part`;
  // What an earlier crash left may have other permissions.
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A file's text; undefined if there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
