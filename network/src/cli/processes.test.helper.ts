// SPDX-License-Identifier: Apache-2.0
// Processes that a test starts, and those that they start.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** A command of a test, with what it wrote. */
export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** The network's program, by itself or under `npm run`; in a process group of its own, as a shell starts it. */
export function startNetwork(args: readonly string[], { npm = false } = {}): Started {
  const [file, ...first] = npm
    ? ['npm', 'run', '--silent', 'net:embedded', '--']
    : [process.execPath, '--conditions=@training-ledger/source', CLI];
  const child = spawn(file as string, [...first, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'exit').then(
    ([code, signal]) => code ?? signal,
    (error: Error) => error.message,
  );
  return { child, pid: child.pid as number, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Ids of a process and of all that came of it. */
export function family(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = [pid];
  for (const member of members) {
    for (const [child, parent] of rows) {
      if (parent === member && child !== undefined && child !== pid) members.push(child);
    }
  }
  return members;
}

/** The command line of a process. */
export const commandOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

/** Which of these processes still run. */
export function running(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  });
}
