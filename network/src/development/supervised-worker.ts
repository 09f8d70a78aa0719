// SPDX-License-Identifier: Apache-2.0
// A worker process that is started again when it ends by itself: what is due follows from the chain and its journal.
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcess, type WorkerProcessOptions } from './worker-process.ts';

/** How a worker is looked after. */
export interface SupervisionOptions {
  /** How often it is started again; 5 times by default. */
  readonly restarts?: number;
  /** Milliseconds before each time; 1,000 by default. */
  readonly delay?: number;
  /** Called when the process ended and is started again, or is given up. */
  readonly onEnd: (how: string, restarts: number, isGivenUp: boolean) => void;
}

/** A worker that runs until it is stopped. */
export class SupervisedWorker {
  readonly #options: WorkerProcessOptions;
  readonly #supervision: Required<SupervisionOptions>;
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;
  readonly #kill = (): void => this.#process.kill('SIGKILL');
  #process: WorkerProcess;
  #restarts = 0;
  #isGivenUp = false;

  constructor(
    options: WorkerProcessOptions,
    { restarts = 5, delay = 1_000, onEnd }: SupervisionOptions,
  ) {
    this.#options = options;
    this.#supervision = { restarts, delay, onEnd };
    this.#process = WorkerProcess.start(options);
    this.#watching = this.#watch();
    // Before a temporary folder is removed at the exit of this process: a worker would write into it again.
    process.prependOnceListener('exit', this.#kill);
  }

  /** Id of the process that runs now. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether it ended too often to be started again. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#process.stop();
    await this.#watching;
    process.off('exit', this.#kill);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    const { restarts, delay, onEnd } = this.#supervision;
    for (;;) {
      const how = await this.#process.ended;
      if (signal.aborted) return;
      this.#isGivenUp = this.#restarts === restarts;
      onEnd(how, this.#restarts, this.#isGivenUp);
      if (this.#isGivenUp) return;
      await sleep(delay, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#restarts += 1;
      this.#process = WorkerProcess.start(this.#options);
    }
  }
}
