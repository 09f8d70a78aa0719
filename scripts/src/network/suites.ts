// SPDX-License-Identifier: Apache-2.0
// Which suites of a real network run side by side. Most of their time they wait for blocks and for finality.

/** Suites one after the other. */
export type Lane = readonly string[];
/** Lanes side by side. */
export type Stage = readonly Lane[];

/**
 * Stages one after the other. In the first one nothing happens to nodes, but for one that stands still for a second, and only `sync` uses
 * the sudo's account. In the others nodes are killed and paused: `sync-faults` leaves chain 1000 and the relay chain alone, the rest
 * spares nothing.
 */
const STAGES: readonly Stage[] = [
  [['sync'], ['main-job'], ['light-client', 'commands']],
  [['network']],
  [['sync-faults']],
  [['worker-node']],
  [['faults']],
];

/**
 * Arranges suites, given by the names of their files before `.test.ts`. What is not known here runs alone, after the rest: it may do
 * anything to the network.
 */
export function arrangeSuites(suites: readonly string[]): Stage[] {
  const known = STAGES.map((stage) =>
    stage
      .map((lane) => lane.filter((suite) => suites.includes(suite)))
      .filter((lane) => lane.length > 0),
  );
  const names = STAGES.flat(2);
  const others = suites.filter((suite) => !names.includes(suite)).map((suite) => [[suite]]);
  return [...known.filter((stage) => stage.length > 0), ...others];
}
