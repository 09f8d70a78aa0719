// SPDX-License-Identifier: Apache-2.0
// Progress of a long job, and where its time goes.
import { LinesView } from './lines.ts';
import { type StagePlan, Stages } from './stages.ts';
import type { ProgressView } from './view.ts';

/** When a run of a stage began and ended, in milliseconds since the start of the job. */
export interface Span {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

/** Tells a view what happens, and adds up the time of named stages. */
export class Progress {
  readonly #view: ProgressView;
  readonly #started = performance.now();
  readonly #spans: Span[] = [];
  #titles = new Map<string, string>();
  #stages = new Stages([]);

  /** @param view lines on stderr by default */
  constructor(view: ProgressView = new LinesView()) {
    this.#view = view;
  }

  /** Whether it was said what is ahead. */
  get isPlanned(): boolean {
    return this.#titles.size > 0;
  }

  /** Says what is ahead, so that the time can be estimated. */
  plan(plans: readonly StagePlan[]): void {
    this.#stages = new Stages(plans);
    this.#titles = new Map(plans.map(({ name, title }) => [name, title]));
    this.#update();
  }

  /** Something happened that people want to know. */
  say(message: string): void {
    this.#view.say(message, this.#elapsed / 1_000);
  }

  /** A step of a stage is done. */
  step(stage: string, message: string): void {
    this.#stages.step(stage);
    this.#view.note(this.#titles.get(stage) ?? stage, message, this.#elapsed / 1_000);
    this.#update();
  }

  /** Runs a stage; its time counts under its name. */
  async stage<T>(stage: string, run: () => Promise<T>): Promise<T> {
    const from = this.#elapsed;
    this.#stages.begin(stage);
    this.#update();
    try {
      const result = await run();
      this.#stages.end(stage);
      return result;
    } finally {
      this.#spans.push({ stage, from: Math.round(from), to: Math.round(this.#elapsed) });
      this.#update();
    }
  }

  /** Every run of a stage, in the order in which they ended. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Milliseconds by stage, and in all. Stages that ran at the same time count each. */
  timings(): Record<string, number> {
    const timings: Record<string, number> = {};
    for (const { stage, from, to } of this.#spans) {
      timings[stage] = (timings[stage] ?? 0) + to - from;
    }
    return { ...timings, total: Math.round(this.#elapsed) };
  }

  /** Ends the display. */
  close(): void {
    this.#view.close();
  }

  get #elapsed(): number {
    return performance.now() - this.#started;
  }

  #update(): void {
    const elapsed = this.#elapsed / 1_000;
    this.#view.update(this.#stages.states, elapsed, this.#stages.remaining(elapsed));
  }
}
