// SPDX-License-Identifier: Apache-2.0
// The stages of the main job, for its progress.
import type { MainJobOptions } from './options.ts';
import { THRESHOLD, WORKERS } from './prepared-workers.ts';
import type { StagePlan } from './progress/stages.ts';

/** What comes before the job itself. */
export const LOADING: StagePlan = {
  name: 'load',
  title: 'programs',
  runs: 1,
  steps: 1,
  seconds: 2,
};

/** The stages in order. Seconds are those of two idle cores with the native programs. */
export function stagesOf({ users, rounds }: Pick<MainJobOptions, 'users' | 'rounds'>): StagePlan[] {
  const once = (name: string, title: string, steps: number, seconds: number): StagePlan => ({
    name,
    title,
    runs: 1,
    steps,
    seconds,
  });
  const eachRound = (name: string, title: string, steps: number, seconds: number): StagePlan => ({
    ...once(name, title, steps, seconds),
    runs: rounds,
  });
  return [
    once('network', 'network', 1, 1.5),
    // Keys, base model, the users' forks; each worker starts, joins, accepts, deals and confirms.
    once('setup', 'setup', 2 + users + 5 * WORKERS, 5 + 0.15 * users),
    eachRound('operations', 'operations', users, 1 + 1.1 * users),
    // Each worker commits and proves, one posts the challenge, one seals.
    eachRound('sealing', 'sealing', 2 + 2 * WORKERS, 4),
    // Each worker approves, as many as it takes decrypt, the generation is recorded.
    eachRound('generation', 'generation', WORKERS + THRESHOLD + 1, 2),
    once('rewards', 'rewards', users, 0.5 + 0.05 * users),
    once('export', 'export', 2, 1),
    once('attempts', 'attempts to cheat', 7, 1),
  ];
}
