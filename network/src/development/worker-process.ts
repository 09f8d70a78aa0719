// SPDX-License-Identifier: Apache-2.0
// Workers as an operator runs them: processes of the worker's CLI.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Hex } from '@training-ledger/runtime-types';

const CLI = fileURLToPath(
  import.meta.resolve('@training-ledger/offchain-worker').replace(/index\.(ts|js)$/, 'cli.$1'),
);

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

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts a worker. */
  static start(options: WorkerProcessOptions): WorkerProcess {
    const { endpoint, base, keystore, passphrase, store, journal, data, seed, onLog } = options;
    const flags = { endpoint, base, keystore, store, journal, data, 'training.seed': String(seed) };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(process.execPath, [...process.execArgv, CLI, 'run', ...args], {
      env: { ...process.env, TRAINING_LEDGER_PASSPHRASE: passphrase },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines = createInterface({ input: child.stderr as NonNullable<typeof child.stderr> });
    lines.on('line', (line) => {
      try {
        const { msg, ...fields } = JSON.parse(line);
        onLog?.(String(msg), fields);
      } catch {
        onLog?.(line, {});
      }
    });
    return new WorkerProcess(child);
  }

  /** Whether it still runs. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends it: SIGTERM lets it finish what it does, SIGKILL does not. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const last = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(last);
  }
}
