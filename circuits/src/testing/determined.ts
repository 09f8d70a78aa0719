// SPDX-License-Identifier: GPL-3.0-only
// Whether a circuit's inputs determine its witness: the search for signals that nothing constrains.
import { FIELD_ORDER } from '@training-ledger/protocol/statements';
import { type ConstraintSystem, evaluate } from './constraints.ts';

const mod = (value: bigint): bigint => {
  const residue = value % FIELD_ORDER;
  return residue < 0n ? residue + FIELD_ORDER : residue;
};

/** The inverse of a scalar that is not zero, by Euclid's algorithm. */
function inverse(value: bigint): bigint {
  let [a, b, x, y] = [value, FIELD_ORDER, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return mod(x);
}

/**
 * How many directions there are in which the wires that are no inputs could move while all constraints hold to first
 * order: the wires less the rank of the constraints' derivatives at a valid witness. None means that the inputs determine
 * the witness, up to isolated others (a bit is determined by being a bit).
 */
export function freedom(system: ConstraintSystem, witness: readonly bigint[]): number {
  const inputs = new Set([0, ...system.inputs]);
  const values = evaluate(system, witness).map((sides) => sides.map(mod));
  // Derivative of each constraint by each of its wires: a' b + a b' - c'.
  const rows = system.constraints.map((constraint, i) => {
    const [a, b] = values[i] as [bigint, bigint];
    const row = new Map<number, bigint>();
    constraint.forEach((terms, side) => {
      const weight = side === 0 ? b : side === 1 ? a : -1n;
      for (const { wire, factor } of terms) {
        if (!inputs.has(wire)) row.set(wire, mod((row.get(wire) ?? 0n) + factor * weight));
      }
    });
    for (const [wire, slope] of row) if (slope === 0n) row.delete(wire);
    return row;
  });
  return system.wires - inputs.size - rank(rows);
}

/** Rank of a sparse matrix, which it destroys: short rows first, and of a row the wire that the fewest others have. */
function rank(rows: Map<number, bigint>[]): number {
  const users = new Map<number, Set<number>>();
  rows.forEach((row, i) => {
    for (const wire of row.keys()) {
      const known = users.get(wire);
      if (known === undefined) users.set(wire, new Set([i]));
      else known.add(i);
    }
  });
  // Rows by length; one that became longer or shorter stands in several, and counts in its last.
  const queue: number[][] = [];
  const enqueue = (i: number): void => {
    const length = (rows[i] as Map<number, bigint>).size;
    queue[length] ??= [];
    queue[length].push(i);
  };
  for (const i of rows.keys()) enqueue(i);
  let pivots = 0;
  for (let length = 1; length < queue.length; ) {
    const i = queue[length]?.pop();
    if (i === undefined) {
      length++;
      continue;
    }
    const row = rows[i] as Map<number, bigint>;
    if (row.size !== length) continue;
    const count = (wire: number): number => (users.get(wire) as Set<number>).size;
    const pivot = [...row.keys()].reduce((best, wire) => (count(wire) < count(best) ? wire : best));
    const scale = inverse(row.get(pivot) as bigint);
    pivots++;
    for (const wire of row.keys()) users.get(wire)?.delete(i);
    for (const j of users.get(pivot) as Set<number>) {
      const other = rows[j] as Map<number, bigint>;
      const factor = mod((other.get(pivot) as bigint) * scale);
      for (const [wire, slope] of row) {
        const changed = mod((other.get(wire) ?? 0n) - factor * slope);
        if (changed === 0n) {
          other.delete(wire);
          if (wire !== pivot) users.get(wire)?.delete(j);
        } else {
          other.set(wire, changed);
          users.get(wire)?.add(j);
        }
      }
      enqueue(j);
      length = Math.min(length, Math.max(1, other.size));
    }
    row.clear();
    users.delete(pivot);
  }
  return pivots;
}
