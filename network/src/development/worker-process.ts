// SPDX-License-Identifier: Apache-2.0
// Workers as an operator runs them: processes of the worker's CLI.
import '@training-ledger/runtime-types/require-node';

import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Hex } from '@training-ledger/runtime-types';

const CLI = fileURLToPath(
  import.meta.resolve('@training-ledger/offchain-worker').replace(/index\.(ts|js)$/, 'cli.$1'),
);

const END_WITH_PARENT = new URL(`./end-with-parent${extname(import.meta.url)}`, import.meta.url)
  .href;

/** What a worker process is started with. */
export interface WorkerProcessOptions {
  readonly endpoint: string;
  readonly base: Hex;
  readonly keystore: string;
  readonly passphrase: string;
  readonly store: string;
  readonly journal: string;
  readonly data: string;
  readonly seed: number;
  /** Messages of its log. */
  readonly onLog?: (message: string, fields: Record<string, unknown>) => void;
}

/** A running worker. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Resolves when it has ended, to how it did. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
  }

  /** Id of the process; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Starts a worker. */
  static start({ passphrase, ...options }: WorkerProcessOptions): WorkerProcess {
    const worker = WorkerProcess.prepare(passphrase);
    worker.begin(options);
    return worker;
  }

  /**
   * Starts a process that loads the worker, which takes a second, and then waits until it may {@link begin}.
   * @param passphrase of the keystore that it will be given
   */
  static prepare(passphrase: string): WorkerProcess {
    const node = [...process.execArgv, '--import', END_WITH_PARENT, CLI, 'run', '--config', '-'];
    const child = spawn(process.execPath, node, {
      env: { ...process.env, TRAINING_LEDGER_PASSPHRASE: passphrase },
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C is for the process that started it, which then stops it.
      detached: true,
    });
    // It may have ended before it is told what to do; `ended` says so.
    child.stdin?.on('error', () => {});
    return new WorkerProcess(child);
  }

  /** Tells a prepared worker what to work for and with. */
  begin({ onLog, seed, ...options }: Omit<WorkerProcessOptions, 'passphrase'>): void {
    const { endpoint, base, keystore, store, journal, data } = options;
    const { stdin, stderr } = this.#child;
    const lines = createInterface({ input: stderr as NonNullable<typeof stderr> });
    lines.on('line', (line) => {
      try {
        const { msg, ...fields } = JSON.parse(line);
        onLog?.(String(msg), fields);
      } catch {
        onLog?.(line, {});
      }
    });
    // These by name: the worker refuses settings that it does not know, and callers may hand over more.
    const config = { endpoint, base, keystore, store, journal, data, training: { seed } };
    stdin?.end(JSON.stringify(config));
  }

  /** Whether it still runs. */
  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Ends it: SIGTERM lets it finish what it does, SIGKILL does not. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    this.kill(signal);
    const last = setTimeout(() => this.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(last);
  }

  /** Sends it a signal and waits for nothing. */
  kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
    this.#child.kill(signal);
  }
}
