// SPDX-License-Identifier: Apache-2.0
// Files that are there as a whole or not at all.
import { constants } from 'node:fs';
import { access, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MainJobError } from './errors.ts';

/** Writes a file so that nobody ever sees half of it. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`;
  await writeFile(part, content);
  await rename(part, file);
}

/**
 * Checks that files can be written later.
 * @throws MainJobError `FILE_NOT_WRITABLE` naming the one whose folder does not exist or cannot be written to.
 */
export async function checkWritable(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const folder = dirname(resolve(file));
    await access(folder, constants.W_OK).catch((cause) => {
      throw new MainJobError('FILE_NOT_WRITABLE', `${file} cannot be written.`, {
        details: `There is no folder ${folder} that may be written to.`,
        hint: 'Make it first, or choose another file.',
        cause,
      });
    });
  }
}
