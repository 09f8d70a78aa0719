// SPDX-License-Identifier: GPL-3.0-only
// The circuits of hundreds of thousands of constraints, on the known answers. Compiling them takes minutes and gigabytes: only
// where TEST_LARGE_CIRCUITS is set.

import { circuitId, PUBLIC_INPUTS, UNSHIPPED_CIRCUITS } from '@training-ledger/protocol/statements';
import { afterAll, describe, expect, it } from 'vitest';
import {
  calculate,
  compiled,
  isRefused,
  isSatisfied,
  looseWires,
  readConstraints,
  stopCurve,
} from './constraints.ts';
import { freedom } from './determined.ts';
import { knownChallenges, statementOf } from './known.ts';

afterAll(stopCurve);

const large = UNSHIPPED_CIRCUITS.filter((id) => id.startsWith('zkpot-64'));
const known = knownChallenges();
const longest = known.find(({ challenge }) => challenge.length === 256);
/** The statement of a known answer; for the longest challenge of a hidden layer, of that of a linear model. */
const trueStatement = (id: (typeof large)[number]) => {
  const own = known.find(
    ({ shape, challenge }) => circuitId('zkpot', shape, challenge.length) === id,
  );
  const deep = known.find(({ shape, challenge }) => 'hidden' in shape && challenge.length === 64);
  const statement =
    own === undefined ? deep && statementOf(deep, longest?.challenge) : statementOf(own);
  if (statement?.circuit !== id) throw new Error(`no known answer for ${id}`);
  return { statement, answer: own?.publicInputs.map(BigInt) };
};

describe.skipIf(process.env['TEST_LARGE_CIRCUITS'] === undefined).each(large)('%s', (id) => {
  it('is satisfied by the known answer, which its inputs determine and which no other fits', async () => {
    const { statement, answer } = trueStatement(id);
    const system = readConstraints((await compiled(id)).r1cs);
    const witness = await calculate(id, statement.inputs);
    const names = PUBLIC_INPUTS.zkpot;
    expect(witness.slice(1, 1 + names.length)).toEqual(answer ?? statement.publicInputs);
    expect(isSatisfied(system, witness)).toBe(true);
    expect(looseWires(system, witness, 1n)).toEqual([]);
    expect(freedom(system, witness)).toBe(0);
    for (const name of names.slice(1)) {
      const changed = { [name]: (statement.inputs[name] as bigint) + 1n };
      expect(await isRefused(statement, changed), name).toBe(true);
    }
  }, 1_200_000);
});
