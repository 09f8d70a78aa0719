// SPDX-License-Identifier: Apache-2.0
// How progress is shown.
import type { StageState } from './stages.ts';

/** Shows progress to people. */
export interface ProgressView {
  /** Something happened. */
  say(message: string, elapsed: number): void;
  /** Something small happened in a stage, which goes on. */
  note(stage: string, message: string, elapsed: number): void;
  /** Stages moved; `remaining` seconds are left. */
  update(states: readonly StageState[], elapsed: number, remaining: number): void;
  /** Ends the display. */
  close(): void;
}

/** Seconds as people say them: `8 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
