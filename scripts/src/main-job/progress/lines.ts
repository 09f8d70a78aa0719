// SPDX-License-Identifier: Apache-2.0
// Progress as lines, for logs: each with the time since the start, and when a stage begins, how long the rest will take.
import type { StageState } from './stages.ts';
import { duration, type ProgressView } from './view.ts';

/** Writes lines, to stderr by default. */
export class LinesView implements ProgressView {
  readonly #write: (text: string) => unknown;
  #running = new Set<string>();

  constructor(write: (text: string) => unknown = (text) => process.stderr.write(text)) {
    this.#write = write;
  }

  say(message: string, elapsed: number): void {
    this.#write(`${elapsed.toFixed(1).padStart(7)} s  ${message}\n`);
  }

  note(_stage: string, message: string, elapsed: number): void {
    this.say(message, elapsed);
  }

  update(states: readonly StageState[], elapsed: number, remaining: number): void {
    const running = states.filter(({ isRunning }) => isRunning);
    for (const { title, steps, done } of running) {
      if (this.#running.has(title)) continue;
      const begun = done === 0 ? '' : ` (${done} of ${steps} steps done)`;
      this.say(`-- ${title}${begun}; about ${duration(remaining)} left`, elapsed);
    }
    this.#running = new Set(running.map(({ title }) => title));
  }

  close(): void {}
}

/** Shows nothing. */
export class NoView implements ProgressView {
  say(): void {}
  note(): void {}
  update(): void {}
  close(): void {}
}
