// SPDX-License-Identifier: Apache-2.0
// `npm start` as a process of a test, with what it wrote and what it started.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

const START = join(ROOT, 'scripts', 'src', 'start.ts');

/** A run of the job in a folder of its own, which is also where it keeps what is temporary. */
export class JobProcess {
  readonly folder: string;
  readonly #child: ReturnType<typeof spawn>;
  readonly #exit: Promise<unknown[]>;
  #stdout = '';
  #stderr = '';

  private constructor(folder: string, args: readonly string[]) {
    this.folder = folder;
    const report = ['--report', this.file('report.json'), '--exportFile', this.file('export.json')];
    const node = ['--conditions=@training-ledger/source', '--disable-warning=ExperimentalWarning'];
    this.#child = spawn(process.execPath, [...node, START, ...report, ...args], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit');
    this.#child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
    });
  }

  static async start(args: readonly string[]): Promise<JobProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'job-process-'));
    return new JobProcess(folder, args);
  }

  /** A file that the job writes. */
  file(name: string): string {
    return join(this.folder, name);
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until it has written something. */
  async written(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    const found = (): boolean => pattern.test(this[stream]);
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (found()) resolve();
      };
      this.#child[stream]?.on('data', look);
      this.#exit.then(() =>
        found() ? resolve() : reject(new Error(`It ended without ${pattern}: ${this.#stderr}`)),
      );
      look();
    });
  }

  /** It and all processes that came of it. */
  family(): number[] {
    const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
    const rows = table
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    const members = [this.#child.pid as number];
    for (const member of members) {
      for (const [child, parent] of rows) {
        if (parent === member && child !== undefined) members.push(child);
      }
    }
    return members;
  }

  /** Sends a signal and waits for the end. Result: exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<unknown> {
    this.#child.kill(signal);
    return this.ended();
  }

  /** Waits for the end. Result: exit code, or the signal that ended it. */
  async ended(): Promise<unknown> {
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }

  /** What it has left of temporary folders. */
  async left(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.startsWith('training-ledger-'));
  }

  /** Ends it at all events and removes its folder. */
  async remove(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Which of these processes still run. One that has ended and that nobody has asked for how it ended does not. */
export function running(pids: readonly number[]): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,stat='], { encoding: 'utf8' });
  const states = new Map(
    table
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/) as [string, string]),
  );
  return pids.filter((pid) => !(states.get(String(pid)) ?? 'Z').startsWith('Z'));
}
