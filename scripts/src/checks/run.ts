// SPDX-License-Identifier: Apache-2.0
// Runs a command of the checks: everything it prints is shown as it comes and kept.
import { spawn } from 'node:child_process';
import { ROOT } from '../paths.ts';

/** How a command ended. */
export interface CommandResult {
  readonly ok: boolean;
  /** stdout and stderr as they came. */
  readonly output: string;
}

/** Runs `command` in the root of the repository (or `cwd`). A command that cannot be started is one that failed. */
export function run(
  command: string,
  args: readonly string[],
  { cwd = ROOT, env = process.env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        process[stream].write(chunk);
      });
    }
    const end = (ok: boolean): void =>
      resolve({ ok, output: Buffer.concat(chunks).toString('utf8') });
    child.once('error', (error) => {
      console.error(error.message);
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
