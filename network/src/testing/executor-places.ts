// SPDX-License-Identifier: Apache-2.0
// Copies of the shipped program in folders of their own, whole or damaged.
import { cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramPlaces, shippedExecutor } from '../executor/program.ts';

/** A folder with the shipped programs. */
export interface CopiedPrograms extends Required<ProgramPlaces> {
  /** Its program for this machine. */
  readonly file: string;
  remove(): Promise<void>;
}

/** Copies what ships. Nothing that was built on this machine is found beside it. */
export async function copyPrograms(): Promise<CopiedPrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'executor-'));
  const native = join(folder, 'native');
  const from = fileURLToPath(new URL('../../native/programs', import.meta.url));
  await cp(from, join(native, 'programs'), { recursive: true });
  return {
    native,
    cache: join(folder, 'cache'),
    file: shippedExecutor(`${process.platform}-${process.arch}`, native),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Changes one bit in the middle of a program. */
export async function damage(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const at = Math.floor((await handle.stat()).size / 2);
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  buffer[0] = (buffer[0] as number) ^ 1;
  await handle.write(buffer, 0, 1, at);
  await handle.close();
}
