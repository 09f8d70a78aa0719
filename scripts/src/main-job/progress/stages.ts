// SPDX-License-Identifier: Apache-2.0
// The stages of a long job: how many steps each has, how many are done, and how long the rest will take.

/** A stage as it is planned. It runs once, or once a round. */
export interface StagePlan {
  readonly name: string;
  /** What people read. */
  readonly title: string;
  readonly runs: number;
  /** Steps of one run. */
  readonly steps: number;
  /** Seconds of one run on two idle cores. */
  readonly seconds: number;
}

/** Where a stage stands. */
export interface StageState {
  readonly title: string;
  /** Steps of all runs. */
  readonly steps: number;
  readonly done: number;
  readonly isRunning: boolean;
}

/** Seconds for which the plan is believed before what was measured counts more. */
const TRUST = 5;

/** Counts steps, and estimates from what those that are done took. */
export class Stages {
  readonly #stages: ReadonlyMap<string, Stage>;

  constructor(plans: readonly StagePlan[]) {
    this.#stages = new Map(plans.map((plan) => [plan.name, new Stage(plan)]));
  }

  /** All stages in the order of the plan. */
  get states(): StageState[] {
    return [...this.#stages.values()].map((stage) => stage.state);
  }

  /** A run of a stage begins. Stages that were not planned are not counted. */
  begin(name: string): void {
    this.#stages.get(name)?.begin();
  }

  /** A step of a stage is done. */
  step(name: string): void {
    this.#stages.get(name)?.step();
  }

  /** A run of a stage ends, whatever steps were told of it. */
  end(name: string): void {
    this.#stages.get(name)?.end();
  }

  /** Seconds that are left, as far as one can tell after `elapsed` seconds. */
  remaining(elapsed: number): number {
    const stages = [...this.#stages.values()];
    const planned = stages.reduce((sum, stage) => sum + stage.seconds, 0);
    const done = stages.reduce((sum, stage) => sum + stage.seconds * stage.share, 0);
    return (planned - done) * ((elapsed + TRUST) / (done + TRUST));
  }
}

class Stage {
  readonly #plan: StagePlan;
  #begun = 0;
  #ended = 0;
  #done = 0;

  constructor(plan: StagePlan) {
    this.#plan = plan;
  }

  get state(): StageState {
    const { title } = this.#plan;
    const isRunning = this.#begun > this.#ended;
    return { title, steps: this.#steps, done: this.#done, isRunning };
  }

  /** Seconds of all runs. */
  get seconds(): number {
    return this.#plan.seconds * this.#plan.runs;
  }

  /** Share that is done. */
  get share(): number {
    return this.#done / this.#steps;
  }

  begin(): void {
    this.#begun = Math.min(this.#begun + 1, this.#plan.runs);
  }

  step(): void {
    // What is told late belongs to a run that has ended.
    this.#done = Math.min(this.#done + 1, this.#begun * this.#plan.steps);
  }

  end(): void {
    this.#ended = this.#begun;
    this.#done = this.#ended * this.#plan.steps;
  }

  get #steps(): number {
    return this.#plan.steps * this.#plan.runs;
  }
}
