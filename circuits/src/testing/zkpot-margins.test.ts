// SPDX-License-Identifier: GPL-3.0-only
// Ways to overstate a linear model's accuracy by margins, each with a transcript that fits the lie: the constraints refuse
// them.

import {
  evaluateChallenge,
  FIELD_ORDER,
  hashMany,
  marginBits,
  type Sample,
  toField,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import { challengeWitness, diagonal, SMALL, spike } from '@training-ledger/protocol/testing';
import { describe, expect, it } from 'vitest';
import { innerRefusal, refusal } from './constraints.ts';
import { combined, Forger, pick } from './forge.ts';

const BITS = marginBits(SMALL);
/** What a lead of zero is where the sample is not flagged. */
const HALF = 2 ** (BITS - 1);
const { weights, salt, challenge } = challengeWitness(32);
const sound = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge });
const forger = new Forger(SMALL, sound, challenge);
/** Sample 3 shows class 3 and is labelled 0: the model misses it. */
const MISSED = 3;
const LAYER = 'layer.out === margins.differences;';
const RANGE = 'range[n][c].in <== e[n][c];';

describe('zkpot by margins', () => {
  it('stands with a transcript computed apart', async () => {
    expect(sound.circuit).toBe('zkpot-16x4x32');
    expect(sound.correct).toBe(24);
    expect(forger.inputs({})).toEqual(sound.inputs);
    expect(await forger.refused({})).toBeUndefined();
  });

  it('says by how much the label leads', () => {
    // 300 * 100 for what a sample shows, nothing for others.
    const e = sound.inputs['e'] as number[][];
    expect(e[0]).toEqual([29_999, 29_999, 29_999]);
    // Label 0, but class 3 is on top: slot 0 is for class 3.
    expect(e[MISSED]).toEqual([HALF - 30_000, HALF, HALF]);
  });

  it('may claim fewer samples, and has exactly as many as it says', async () => {
    const witness = { weights, salt, challenge };
    const fewer = zkpotStatement(SMALL, { binding: 1n, correct: 5 }, witness);
    expect(await innerRefusal(fewer)).toBeUndefined();
    for (const correct of [23n, 25n, 32n, FIELD_ORDER - 1n]) {
      expect(await innerRefusal(sound, { correct })).toBe('margins.correct === correct;');
    }
  });

  it('has no flag where the model misses', async () => {
    // As it is: the leads are no longer the model's.
    const flag = forger.entry('q', MISSED, 1);
    expect(await forger.refused(flag)).toBe(LAYER);
    // The true leads, less one: one is below zero.
    const leads = [-30_001, -1, -1].map(toField);
    expect(await forger.refusedInside({ ...flag, ...forger.entry('e', MISSED, leads) })).toBe(
      RANGE,
    );
    // Cut off at zero.
    const cut = forger.entry('e', MISSED, [0, 0, 0]);
    expect(await forger.refused({ ...flag, ...cut })).toBe(LAYER);
  });

  it('has no flag where scores tie', async () => {
    const flat = {
      weights: [...diagonal(SMALL, 0)],
      e: challenge.map(() => [HALF, HALF, HALF]),
      q: challenge.map(() => 0),
    };
    expect(await forger.refused(flat)).toBeUndefined();
    const flagged = { ...flat, ...forger.entry('q', 0, 1, flat) };
    expect(await forger.refused(flagged)).toBe(LAYER);
    expect(await forger.refused({ ...flagged, ...forger.entry('e', 0, [0, 0, 0], flat) })).toBe(
      LAYER,
    );
    const minus = [0, 0, 0].map(() => FIELD_ORDER - 1n);
    const below = { ...flagged, ...forger.entry('e', 0, minus, flat) };
    expect(await forger.refusedInside(below)).toBe(RANGE);
    // One class alone at the label's score is a tie too, whichever: the last class stands in the label's slot.
    for (const c of [0, 1, 2]) {
      const leads = [29_999, 29_999, 29_999].with(c, -1).map(toField);
      expect(await forger.refusedInside(forger.entry('e', 0, leads)), `slot ${c}`).toBe(RANGE);
    }
  });

  it.each([2, FIELD_ORDER - 1n])('has no flag of %s', async (flag) => {
    for (const n of [0, MISSED]) {
      expect(await forger.refusedInside(forger.entry('q', n, flag))).toBe(
        'q[n] * (q[n] - 1) === 0;',
      );
    }
  });

  it('has one-hot labels', async () => {
    for (const [row, line] of [
      [[0, 0, 0, 0], 'sum === 1;'],
      [[1, 1, 0, 0], 'sum === 1;'],
      [[2, FIELD_ORDER - 1n, 0, 0], 'in[c] * (in[c] - 1) === 0;'],
    ] as const) {
      expect(await forger.refusedInside(forger.entry('labels', 0, row))).toBe(line);
    }
  });

  it('has the labels of the challenge', async () => {
    // Sample 3 said to be labelled 3, which is what the model says of it.
    const own = challenge.with(MISSED, spike(SMALL, 3));
    const lying = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge: own });
    expect(lying.correct).toBe(25);
    expect(await innerRefusal(lying)).toBeUndefined();
    // The verifier evaluates its own challenge.
    const v = evaluateChallenge(challenge, lying.r, lying.z);
    expect(await innerRefusal(lying, { v })).toBe('horner[0] === v;');
    // With the true labels in u, they do not fit those that r was drawn after.
    expect(await forger.refused(pick(lying, 'labels', 'q', 'e'))).toBe(
      'margins.labelSum === u[F];',
    );
  });

  it('has the features of the challenge, by a u that fits them', async () => {
    const easier: Sample[] = challenge.with(MISSED, spike(SMALL, 0));
    const lying = zkpotStatement(SMALL, { binding: 1n }, { weights, salt, challenge: easier });
    expect(lying.correct).toBe(25);
    const v = evaluateChallenge(challenge, lying.r, lying.z);
    expect(await innerRefusal(lying, { v })).toBe('horner[0] === v;');
    // With the true features in u, the scores do not fit.
    const margins = pick(lying, 'q', 'e');
    expect(await forger.refused(margins)).toBe(LAYER);
    // With a u that fits the scores, v does not fit.
    const rows = easier.map(({ features, label }) => [...features, label].map(BigInt));
    expect(await forger.refusedInside(margins, (_, r) => combined(rows, r))).toBe(
      'horner[0] === v;',
    );
    for (const [at, line] of [
      [0, 'horner[0] === v;'],
      [15, 'horner[0] === v;'],
      [16, 'margins.labelSum === u[F];'],
    ] as const) {
      const off = (u: bigint[]): bigint[] => u.with(at, toField((u[at] as bigint) + 1n));
      expect(await forger.refusedInside({}, off)).toBe(line);
    }
  });

  it('has a z that is the hash of u', async () => {
    // v for a z of the prover's choice.
    for (const z of [0n, toField(sound.z + 1n)]) {
      const v = evaluateChallenge(challenge, sound.r, z);
      expect(await innerRefusal(sound, { z, v })).toBe('point.out === z;');
    }
  });

  it('has an r that its margins, labels and flags were fixed before', async () => {
    // All that depends on r, computed for another r.
    for (const other of [0n, 1n, toField(sound.r + 1n)]) {
      const rows = challenge.map(({ features, label }) => [...features, label].map(BigInt));
      const u = combined(rows, other);
      const z = hashMany(5, [other, ...u]);
      const v = evaluateChallenge(challenge, other, z);
      expect(await innerRefusal(sound, { r: other, u, z, v })).toBe('transcript.out === r;');
    }
  });

  it('has margins of its bits', async () => {
    for (const value of [FIELD_ORDER - 1n, 2n ** BigInt(BITS)]) {
      for (const c of [0, 1, 2]) {
        expect(await forger.refusedInside(forger.cell('e', 1, c, value))).toBe(RANGE);
      }
    }
    // What is too much in one slot of a packing, and taken from the next.
    const e = sound.inputs['e'] as number[][];
    const next = toField(BigInt(e[1]?.[1] as number) - 1n);
    const carried = [BigInt(e[1]?.[0] as number) + 2n ** BigInt(BITS), next, e[1]?.[2]];
    const moved = forger.entry('e', 1, carried);
    expect(forger.inputs(moved)['r']).toBe(sound.r);
    expect(await forger.refusedInside(moved)).toBe(RANGE);
  });

  it('has scores of the weights behind its state', async () => {
    const better = zkpotStatement(
      SMALL,
      { binding: 1n },
      { weights: diagonal(SMALL, 301), salt, challenge },
    );
    expect(await forger.refused(pick(better, 'q', 'e'))).toBe(LAYER);
    expect(await refusal(sound, { salt: 1n })).toBe('commitment.out === state;');
  });

  it.each([32_768, -32_769])('has no weight of %s', async (weight) => {
    // One that no sample asks for: only its range can be wrong.
    expect(challenge.every(({ features }) => features[15] === 0)).toBe(true);
    expect(await forger.refused(forger.entry('weights', 15, 32_767))).toBeUndefined();
    expect(await forger.refused(forger.entry('weights', 15, weight))).toBe(
      'commitment.salt <== salt;',
    );
  });

  it('proves the largest leads that there are, flagged or not', async () => {
    const extreme = diagonal(SMALL, 0);
    extreme.fill(32_767, 0, 17).fill(-32_768, 17, 34);
    const corners = Array.from({ length: 32 }, (_, n) => ({
      features: new Int8Array(16).fill(n % 2 === 0 ? 127 : -128),
      label: n % 4 < 2 ? 0 : 1,
    }));
    for (const correct of [undefined, 0]) {
      const options = correct === undefined ? { binding: 1n } : { binding: 1n, correct };
      const statement = zkpotStatement(SMALL, options, {
        weights: extreme,
        salt,
        challenge: corners,
      });
      expect(statement.correct).toBe(correct ?? 16);
      expect(await innerRefusal(statement)).toBeUndefined();
    }
  });
});
