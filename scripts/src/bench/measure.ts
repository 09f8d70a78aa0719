// SPDX-License-Identifier: Apache-2.0
// Runs what is measured in a process of its own.
import { execFile, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PeakMemory } from './memory.ts';

const execute = promisify(execFile);

/** Runs a program that ends with a line of JSON, and watches its memory. */
export async function measure(
  command: string,
  args: readonly string[],
): Promise<{ result: Record<string, unknown>; peakMemory: number }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const memory = new PeakMemory(child.pid as number);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  const peakMemory = await memory.stop();
  if (code !== 0) throw new Error(`${command} failed:\n${output.stderr.slice(-2_000)}`);
  const line = output.stdout.trim().split('\n').at(-1) as string;
  return { result: JSON.parse(line), peakMemory };
}

/** A peer that is measured in Python. */
export interface PythonPeer {
  /** Name of its folder in the cache. */
  readonly name: string;
  /** What pip installs. */
  readonly packages: readonly string[];
  /** What has to be importable. */
  readonly modules: readonly string[];
  /** Environment variable that names a Python which has it. */
  readonly variable: string;
}

/**
 * A Python with the peer: the one that is named, or one in the cache, which is made the first time.
 * @throws Error if it cannot be installed.
 */
export async function pythonWith(
  { name, packages, modules, variable }: PythonPeer,
  say: (message: string) => void,
): Promise<string> {
  const named = process.env[variable];
  if (named !== undefined) return named;
  const folder = join(homedir(), '.cache', 'training-ledger', name);
  const python = join(folder, 'bin', 'python');
  const works = await execute(python, ['-c', `import ${modules.join(', ')}`]).then(
    () => true,
    () => false,
  );
  if (!works) {
    say(`${name} is installed`);
    await execute('python3', ['-m', 'venv', folder]);
    await execute(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  }
  return python;
}
