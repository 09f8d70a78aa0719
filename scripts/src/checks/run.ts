// SPDX-License-Identifier: Apache-2.0
// Runs a command of the checks: everything it prints is kept, and shown as it comes unless it is collected.
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { ROOT } from '../paths.ts';

/** How a command ended. */
export interface CommandResult {
  readonly ok: boolean;
  /** stdout and stderr as they came. */
  readonly output: string;
}

const collected = new AsyncLocalStorage<Buffer[]>();

/** Runs something whose commands print nothing. Result: what they would have printed, and what `task` gives. */
export async function collectingOutput<T>(
  task: () => Promise<T>,
): Promise<{ readonly output: string; readonly result: T }> {
  const chunks: Buffer[] = [];
  const result = await collected.run(chunks, task);
  return { output: Buffer.concat(chunks).toString('utf8'), result };
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
    const sink = collected.getStore();
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (sink === undefined) process[stream].write(chunk);
        else sink.push(chunk);
      });
    }
    const end = (ok: boolean): void =>
      resolve({ ok, output: Buffer.concat(chunks).toString('utf8') });
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      if (sink === undefined) console.error(error.message);
      else sink.push(Buffer.from(`${error.message}\n`));
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
