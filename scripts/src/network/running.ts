// SPDX-License-Identifier: Apache-2.0
// Networks that `npm run net` started and that still run.
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttachedNetwork } from './control.ts';
import { DIRECTORY_PREFIX } from './description.ts';
import { NetworkError } from './errors.ts';

/**
 * The network of a folder, or the only one that runs.
 * @throws NetworkError `CONTROL_FAILED` if none runs there, or more than one
 */
export async function runningNetwork(directory: string | undefined): Promise<AttachedNetwork> {
  if (directory !== undefined) return AttachedNetwork.attach(directory);
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(DIRECTORY_PREFIX));
  const attempts = names.map((name) => AttachedNetwork.attach(join(tmpdir(), name)));
  const running = (await Promise.allSettled(attempts)).flatMap((attempt) =>
    attempt.status === 'fulfilled' ? [attempt.value] : [],
  );
  const [only] = running;
  if (only === undefined) throw new NetworkError('CONTROL_FAILED', 'No network runs.');
  if (running.length === 1) return only;
  throw new NetworkError('CONTROL_FAILED', 'More than one network runs.', {
    hint: `Choose one with --folder: ${running.map((network) => network.directory).join(', ')}.`,
  });
}
