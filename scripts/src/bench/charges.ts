// SPDX-License-Identifier: Apache-2.0
// Measured times beside charged ones.

/** Median times of a benchmark, in picoseconds, by its parameter (1 for benchmarks without one). */
export interface Measurement {
  readonly name: string;
  readonly times: ReadonlyMap<number, number>;
}

/** One point of a comparison: picoseconds. */
export interface Point {
  readonly n: number;
  readonly measured: number;
  readonly charged: number;
}

/** A benchmark with what is charged for the same. */
export interface Comparison {
  readonly name: string;
  readonly points: readonly Point[];
}

/** How many proofs, or ops with their proofs, fit into 2 s by what is charged. */
export interface BlockCount {
  readonly kind: string;
  readonly alone: number;
  readonly batched?: number;
}

const PICOSECONDS_PER_NANOSECOND = 1_000;
/** Compute of a block: 2 s. */
const BLOCK = 2e12;
const BATCH = 16;

/** Public inputs of each circuit. */
const ARITIES: readonly (readonly [kind: string, arity: number])[] = [
  ['interaction', 5],
  ['improvement', 6],
  ['ownership', 3],
  ['contribution', 4],
  ['zkpot', 6],
];

interface NodeResult {
  readonly benchmark: string;
  readonly time_results: readonly {
    readonly components: readonly (readonly [string, number])[];
    readonly extrinsic_time: number;
  }[];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Reads the results that `benchmark pallet --json-file` writes: nanoseconds of each run. */
export function readMeasurements(json: string): Measurement[] {
  return (JSON.parse(json) as NodeResult[]).map(({ benchmark, time_results }) => {
    const runs = new Map<number, number[]>();
    for (const { components, extrinsic_time } of time_results) {
      const n = components[0]?.[1] ?? 1;
      runs.set(n, [...(runs.get(n) ?? []), extrinsic_time * PICOSECONDS_PER_NANOSECOND]);
    }
    const points = [...runs].sort(([a], [b]) => a - b);
    return { name: benchmark, times: new Map(points.map(([n, times]) => [n, median(times)])) };
  });
}

/**
 * Puts charges beside measurements.
 * @throws Error if nothing is charged for something that is measured.
 */
export function compare(
  measurements: readonly Measurement[],
  charges: Readonly<Record<string, readonly number[]>>,
): Comparison[] {
  return measurements.map(({ name, times }) => ({
    name,
    points: [...times].map(([n, measured]) => {
      const charged = charges[name]?.[n - 1];
      if (charged === undefined) throw new Error(`Nothing is charged for ${name}, n = ${n}.`);
      return { n, measured, charged };
    }),
  }));
}

/** How much fits into a block, by charge: a chain takes no more, however fast it is. */
export function perBlock(charges: Readonly<Record<string, readonly number[]>>): BlockCount[] {
  const fit = (name: string, n: number): number => {
    const charged = charges[name]?.[n - 1];
    if (charged === undefined) throw new Error(`Nothing is charged for ${name}, n = ${n}.`);
    return Math.floor(BLOCK / charged);
  };
  const proofs = ARITIES.map(([kind, arity]) => ({
    kind: `${kind} proofs`,
    alone: fit('proof_of_inputs', arity),
  }));
  const op = {
    kind: 'ops with three proofs',
    alone: fit('op_of_a_federation', 1),
    batched: BATCH * fit('batch_of_a_federation', BATCH),
  };
  return [...proofs, op];
}
