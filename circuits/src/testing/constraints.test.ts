// SPDX-License-Identifier: GPL-3.0-only
// Each circuit from its sources: they give the shipped witness calculator, a true statement satisfies all constraints, and
// no wire of it is free.

import {
  CIRCUITS,
  type CircuitName,
  circuitName,
  FIELD_ORDER,
  PUBLIC_INPUTS,
} from '@training-ledger/protocol/statements';
import { trueLargeStatements, trueStatements } from '@training-ledger/protocol/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { developmentKeys } from '../keys.ts';
import { sha256 } from '../setup/manifest.ts';
import {
  type ConstraintSystem,
  calculate,
  compiled,
  isRefused,
  isSatisfied,
  looseWires,
  readConstraints,
  stopCurve,
} from './constraints.ts';
import { freedom } from './determined.ts';

afterAll(stopCurve);

/** Public inputs that a proof is bound to, though its statement says nothing about them. */
const FREE_INPUTS: Readonly<Record<CircuitName, readonly string[]>> = {
  interaction: ['binding'],
  improvement: ['binding'],
  ownership: [],
  contribution: ['binding', 'contributionType'],
  zkpot: ['binding'],
};

describe.each([...trueStatements(), ...trueLargeStatements()])('$circuit', (statement) => {
  const { circuit, inputs, publicInputs } = statement;
  const names = PUBLIC_INPUTS[circuitName(circuit)];
  const free = FREE_INPUTS[circuitName(circuit)];
  let loaded: Promise<{ system: ConstraintSystem; witness: bigint[] }> | undefined;
  const load = () => {
    loaded ??= Promise.all([compiled(circuit), calculate(circuit, inputs)]).then(
      ([{ r1cs }, witness]) => ({ system: readConstraints(r1cs), witness }),
    );
    return loaded;
  };

  it.skipIf(!CIRCUITS.includes(circuit))('is shipped as its sources compile', async () => {
    const { wasm, r1cs } = await compiled(circuit);
    const entry = (await developmentKeys.manifest()).circuits[circuit];
    expect(sha256(wasm)).toBe(entry?.files['circuit.wasm']);
    expect(readConstraints(r1cs).constraints).toHaveLength(entry?.constraints ?? 0);
  });

  it('has constraints that a true statement satisfies, and its public inputs in order', async () => {
    const { system, witness } = await load();
    expect(system.publicInputs).toBe(names.length);
    expect(witness).toHaveLength(system.wires);
    expect(witness.slice(1, 1 + names.length)).toEqual(publicInputs);
    expect(isSatisfied(system, witness)).toBe(true);
  });

  it('has no free wire: a change of any one breaks a constraint', async () => {
    const { system, witness } = await load();
    for (const change of [1n, FIELD_ORDER - 1n, 2n ** 64n]) {
      const loose = looseWires(system, witness, change);
      // circomlib compares two coordinates by an inverse of their difference. That is zero here by another constraint, so
      // that the inverse is in no constraint any more.
      expect(loose).toHaveLength(circuit === 'interaction' ? 2 : 0);
      const used = system.constraints.flatMap((constraint) => constraint.flat());
      expect(used.some(({ wire }) => loose.includes(wire))).toBe(false);
    }
    // What the search says is what all constraints say.
    const spoiled = witness.with(names.length + 1, (witness[names.length + 1] as bigint) + 1n);
    expect(isSatisfied(system, spoiled)).toBe(false);
  });

  it('has inputs that determine its witness: nothing is left unconstrained', async () => {
    const { system, witness } = await load();
    // The same two inverses: each is a direction of its own.
    expect(freedom(system, witness)).toBe(circuit === 'interaction' ? 2 : 0);
    // That the measure sees what is missing.
    const without = { ...system, constraints: system.constraints.filter((_, i) => i % 50 !== 7) };
    expect(freedom(without, witness)).toBeGreaterThan(2);
  });

  it('has no witness for another public input', async () => {
    for (const name of names.filter((each) => !free.includes(each))) {
      const change = name === 'notAfter' ? -1n : 1n;
      const changed = { [name]: ((inputs[name] as bigint) + change) % FIELD_ORDER };
      expect(await isRefused(statement, changed), name).toBe(true);
    }
    // Whoever holds the witness may prove it for these as they like.
    for (const name of free) expect(await isRefused(statement, { [name]: 200n }), name).toBe(false);
  });
});
