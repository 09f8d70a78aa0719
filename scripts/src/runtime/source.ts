// SPDX-License-Identifier: Apache-2.0
// A hash of everything that a Rust program is built from.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** sha256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Tests and their fixtures do not change what is built. */
const isSource = (path: string): boolean =>
  /(\.rs|Cargo\.toml|Cargo\.lock)$/.test(path) &&
  !/(^|\/)(target|tests|tests\.rs|mock\.rs|test_utils\.rs)(\/|$)/.test(path);

/** sha256 over the paths and contents of a folder's sources and manifests, in order. */
export async function sourceHash(directory: string): Promise<string> {
  const paths = (await readdir(directory, { recursive: true }))
    .map((path) => path.split(sep).join('/'))
    .filter(isSource)
    .sort();
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(await readFile(join(directory, path)))
      .update('\0');
  return hash.digest('hex');
}
