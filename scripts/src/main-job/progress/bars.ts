// SPDX-License-Identifier: Apache-2.0
// Progress on a terminal: a bar a stage and one for the whole job, what happens beside them and what happened above.
import { createLogUpdate } from 'log-update';
import type { StageState } from './stages.ts';
import { duration, type ProgressView } from './view.ts';

/** Milliseconds between two drawings while nothing happens, so that the time goes on. */
const TICK = 500;
const BAR = 24;
const COLUMNS = 80;
const TITLE = 18;
const COUNT = 10;

/** Draws bars on a terminal, stderr by default. */
export class BarsView implements ProgressView {
  readonly #terminal: NodeJS.WriteStream;
  readonly #show: ReturnType<typeof createLogUpdate>;
  readonly #notes = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #draw = (): void => {};
  #isClosed = false;

  constructor(terminal: NodeJS.WriteStream = process.stderr) {
    this.#terminal = terminal;
    this.#show = createLogUpdate(terminal);
    this.#timer = setInterval(() => this.#draw(), TICK);
    this.#timer.unref();
  }

  say(message: string, elapsed: number): void {
    const text = `${elapsed.toFixed(1).padStart(7)} s  ${message}`;
    if (this.#isClosed) {
      this.#terminal.write(`${text}\n`);
      return;
    }
    this.#show.persist(text);
    this.#draw();
  }

  note(stage: string, message: string): void {
    this.#notes.set(stage, message);
  }

  update(states: readonly StageState[], elapsed: number, remaining: number): void {
    if (this.#isClosed) return;
    const told = performance.now();
    this.#draw = () => {
      const since = (performance.now() - told) / 1_000;
      const left = Math.max(0, remaining - since);
      // Some terminals say that they have no columns at all.
      const columns = this.#terminal.columns || COLUMNS;
      this.#show(formatBars(states, this.#notes, [elapsed + since, left], columns));
    };
    this.#draw();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#draw();
    this.#show.done();
  }
}

/** The bars as text, each line shorter than `columns`. */
export function formatBars(
  states: readonly StageState[],
  notes: ReadonlyMap<string, string>,
  [elapsed, remaining]: readonly [elapsed: number, remaining: number],
  columns = COLUMNS,
): string {
  const isOver = states.every(isDone);
  const lines = states.map((state) => {
    const { title, steps, done, isRunning } = state;
    const note = isDone(state) ? 'done' : isRunning ? (notes.get(title) ?? '') : '';
    return line(title, done / steps, `${done}/${steps}`, note);
  });
  const share = isOver ? 1 : elapsed / (elapsed + remaining);
  const left = isOver ? 'done' : `about ${duration(remaining)} left`;
  return [...lines, line('all', share, duration(elapsed), left)]
    .map((text) => text.slice(0, columns - 1))
    .join('\n');
}

const isDone = ({ steps, done, isRunning }: StageState): boolean => done === steps && !isRunning;

function line(title: string, share: number, count: string, note: string): string {
  const full = Math.floor(share * BAR) || 0;
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  return `${title.padEnd(TITLE)} ${bar} ${count.padStart(COUNT)} ${note}`;
}
