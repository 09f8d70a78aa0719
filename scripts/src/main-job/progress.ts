// SPDX-License-Identifier: Apache-2.0
// Progress of a long job, and where its time goes.

/** Prints progress to stderr and adds up the time of named stages. */
export class Progress {
  readonly #started = performance.now();
  readonly #stages = new Map<string, number>();
  readonly #quiet: boolean;

  constructor({ quiet = false }: { quiet?: boolean } = {}) {
    this.#quiet = quiet;
  }

  /** One line with the time since the start. */
  say(message: string): void {
    if (this.#quiet) return;
    const seconds = ((performance.now() - this.#started) / 1_000).toFixed(1);
    process.stderr.write(`${seconds.padStart(7)} s  ${message}\n`);
  }

  /** Runs a stage; its time counts under its name. */
  async stage<T>(name: string, run: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await run();
    } finally {
      this.#stages.set(name, (this.#stages.get(name) ?? 0) + performance.now() - started);
    }
  }

  /** Milliseconds by stage, and in all. */
  timings(): Record<string, number> {
    const entries = [...this.#stages].map(([name, time]) => [name, Math.round(time)] as const);
    return { ...Object.fromEntries(entries), total: Math.round(performance.now() - this.#started) };
  }
}
