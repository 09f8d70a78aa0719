// SPDX-License-Identifier: Apache-2.0
// What cannot be proven is refused before proving, by name.

import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyField,
  anySample,
  anyWeights,
  challengeWitness,
  improvementWitness,
  interactionWitness,
  SIGNED_AT,
  SMALL,
  spike,
} from '../testing/cases.ts';
import { evaluateChallenge } from './challenge.ts';
import { contributionStatement } from './contribution.ts';
import { StatementError } from './errors.ts';
import { FIELD_ORDER, toField } from './field.ts';
import { hashMany } from './hash.ts';
import { improvementOf, improvementStatement, updateBetween } from './improvement.ts';
import { interactionStatement } from './interaction.ts';
import { countCorrect } from './model.ts';
import { ownershipStatement } from './ownership.ts';
import {
  CIRCUITS,
  circuitId,
  circuitName,
  PUBLIC_INPUTS,
  UNSHIPPED_CIRCUITS,
  ZKPOT_CIRCUITS,
  zkpotCircuit,
} from './shape.ts';
import { zkpotStatement } from './zkpot.ts';

const code = (value: string) => expect.objectContaining({ code: value });

describe('improvement', () => {
  const state = (delta: number, change = {}) =>
    improvementStatement(SMALL, { binding: 1n, delta }, { ...improvementWitness(), ...change });

  it('is counted against ties: a flat model classifies nothing', () => {
    expect(improvementOf(SMALL, improvementWitness())).toBe(4);
    expect(state(4).publicInputs[5]).toBe(4n);
    expect(state(0).publicInputs[5]).toBe(0n);
  });

  it.each([5, -1, 0.5, Number.NaN])('of %s is refused', (delta) => {
    expect(() => state(delta)).toThrow(code('IMPROVEMENT_TOO_SMALL'));
  });

  it('has samples and weights of its shape', () => {
    const { batch } = improvementWitness();
    expect(() => state(1, { batch: batch.slice(1) })).toThrow(code('SAMPLE_COUNT'));
    const wrong = [spike(SMALL, 0, 4), ...batch.slice(1)];
    expect(() => state(1, { batch: wrong })).toThrow(code('LABEL_RANGE'));
    expect(() => state(1, { oldWeights: new Int16Array(3) })).toThrow(code('SHAPE_MISMATCH'));
    expect(() => state(1, { newWeights: new Int16Array(3) })).toThrow(code('SHAPE_MISMATCH'));
    const other = { features: 3, classes: 2 };
    const small = { oldWeights: new Int16Array(8), newWeights: new Int16Array(8) };
    expect(() =>
      improvementStatement(other, { binding: 1n, delta: 0 }, { ...improvementWitness(), ...small }),
    ).toThrow(code('UNKNOWN_CIRCUIT'));
  });

  it('has scalars below the order, and says which is not without its value', () => {
    const salt = FIELD_ORDER + 987_654_321n;
    const refused = expect.objectContaining({
      code: 'FIELD_RANGE',
      details: 'Signal newSalt of improvement-16x4 is not.',
      message: expect.not.stringContaining(String(salt)),
    });
    expect(() => state(1, { newSalt: salt })).toThrow(refused);
  });

  it('updates lie between the states', () => {
    fc.assert(
      fc.property(anyWeights(SMALL), anyWeights(SMALL), (before, after) => {
        const update = updateBetween(before, after);
        expect(Int16Array.from(before, (w, i) => w + (update[i] as number))).toEqual(after);
      }),
    );
  });
});

describe('zkpot', () => {
  const state = (correct?: number, change = {}) =>
    zkpotStatement(SMALL, correct === undefined ? { binding: 1n } : { binding: 1n, correct }, {
      ...challengeWitness(),
      ...change,
    });

  it('is about as many samples as the model classifies, or fewer', () => {
    expect(state().correct).toBe(12);
    expect(state(0).publicInputs[2]).toBe(0n);
    for (const correct of [13, -1, 1.5]) {
      expect(() => state(correct)).toThrow(code('CORRECT_TOO_LARGE'));
    }
  });

  it('has samples and weights of its shape', () => {
    const { challenge } = challengeWitness();
    expect(() => state(1, { challenge: challenge.slice(1) })).toThrow(code('SAMPLE_COUNT'));
    const wrong = challenge.with(3, spike(SMALL, 0, -1));
    expect(() => state(1, { challenge: wrong })).toThrow(code('LABEL_RANGE'));
    expect(() => state(1, { weights: new Int16Array(3) })).toThrow(code('SHAPE_MISMATCH'));
  });

  it('evaluates the challenge as its definition says', () => {
    const challenges = fc.array(anySample(SMALL), { maxLength: 5 });
    fc.assert(
      fc.property(challenges, anyField, anyField, (challenge, r, z) => {
        const power = (base: bigint, exponent: number): bigint =>
          Array.from({ length: exponent }).reduce<bigint>((p) => (p * base) % FIELD_ORDER, 1n);
        const expected = challenge.reduce((sum, { features, label }, n) => {
          const row = [...features, label].map((x, f) => power(z, f) * BigInt(x));
          return sum + power(r, n) * row.reduce((a, b) => a + b, 0n);
        }, 0n);
        expect(evaluateChallenge(challenge, r, z)).toBe(toField(expected));
      }),
    );
  });

  it('claims what the model does, whatever the model and the samples', () => {
    const challenges = fc.array(anySample(SMALL), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(anyWeights(SMALL), challenges, (weights, challenge) => {
        const { correct, inputs, r, z, publicInputs } = state(undefined, { weights, challenge });
        expect(correct).toBe(countCorrect(SMALL, weights, challenge));
        expect(z).toBe(hashMany(5, [r, ...(inputs['u'] as bigint[])]));
        expect(publicInputs[5]).toBe(evaluateChallenge(challenge, r, z));
      }),
      { numRuns: 5 },
    );
  });
});

describe('interaction', () => {
  const window = { binding: 1n, notBefore: SIGNED_AT - 5, notAfter: SIGNED_AT + 5 };
  const witness = interactionWitness();

  it('has its receipt inside the window, ends included', () => {
    for (const [notBefore, notAfter] of [
      [SIGNED_AT, SIGNED_AT],
      [0, Number.MAX_SAFE_INTEGER],
    ] as const) {
      interactionStatement({ binding: 1n, notBefore, notAfter }, witness);
    }
    const outside = [
      [SIGNED_AT + 1, SIGNED_AT + 9],
      [SIGNED_AT - 9, SIGNED_AT - 1],
      [SIGNED_AT + 1, SIGNED_AT - 1],
      [SIGNED_AT, SIGNED_AT + 0.5],
      [-1, SIGNED_AT],
    ] as const;
    for (const [notBefore, notAfter] of outside) {
      expect(() => interactionStatement({ binding: 1n, notBefore, notAfter }, witness)).toThrow(
        code('RECEIPT_WINDOW'),
      );
    }
  });

  it('is what the receipt was signed over', () => {
    const { receipt } = witness;
    const { R8, S } = receipt.signature;
    for (const change of [
      { input: 1n },
      { output: 1n },
      { feedback: 4 },
      { nonce: 1n },
      { receipt: { ...receipt, time: SIGNED_AT + 1 } },
      { receipt: { ...receipt, signature: { R8, S: S + 1n } } },
    ]) {
      expect(() => interactionStatement(window, { ...witness, ...change })).toThrow(
        code('RECEIPT_INVALID'),
      );
    }
  });

  it.each([128, -129, 0.5])('has no feedback of %s', (feedback) => {
    expect(() => interactionStatement(window, { ...witness, feedback })).toThrow(
      code('FEEDBACK_RANGE'),
    );
  });
});

describe('contribution and ownership', () => {
  it.each([256, -1, 0.5])('have no type %s', (type) => {
    const witness = { dataDigest: 1n, salt: 2n, secret: 3n };
    expect(() => contributionStatement(1n, type, witness)).toThrow(code('CONTRIBUTION_TYPE_RANGE'));
  });

  it('have secrets and bindings below the order', () => {
    expect(() => ownershipStatement(1n, FIELD_ORDER)).toThrow(code('FIELD_RANGE'));
    expect(() => ownershipStatement(FIELD_ORDER, 1n)).toThrow(code('FIELD_RANGE'));
    const witness = { dataDigest: 1n, salt: -2n, secret: 3n };
    expect(() => contributionStatement(1n, 1, witness)).toThrow(code('FIELD_RANGE'));
  });
});

describe('circuits', () => {
  it('of zkpot are named by their samples where those are not the default', () => {
    const wide = { features: 64, classes: 10 };
    const deep = { ...wide, hidden: 32 };
    for (const [shape, samples, id] of [
      [wide, undefined, 'zkpot-64x10'],
      [wide, 64, 'zkpot-64x10'],
      [wide, 256, 'zkpot-64x10x256'],
      [deep, undefined, 'zkpot-64x32x10'],
      [deep, 64, 'zkpot-64x32x10'],
      [deep, 256, 'zkpot-64x32x10x256'],
      [SMALL, 32, 'zkpot-16x4x32'],
      [{ ...SMALL, hidden: 8 }, 16, 'zkpot-16x8x4'],
    ] as const) {
      expect(circuitId('zkpot', shape, samples)).toBe(id);
      const { shape: own, samples: count } = zkpotCircuit(id);
      expect([own, count]).toEqual([shape, samples ?? 64]);
    }
    for (const [shape, samples] of [
      [wide, 65],
      [deep, 16],
      [{ ...wide, hidden: 3 }, undefined],
    ] as const) {
      expect(() => circuitId('zkpot', shape, samples)).toThrow(code('UNKNOWN_CIRCUIT'));
    }
    expect(() => zkpotCircuit('ownership')).toThrow(code('UNKNOWN_CIRCUIT'));
    expect(new Set(ZKPOT_CIRCUITS.map(({ id }) => id)).size).toBe(ZKPOT_CIRCUITS.length);
  });

  it('that ship are those of the default samples', () => {
    const shipped = ZKPOT_CIRCUITS.filter((each) => each.shipped).map(({ id }) => id);
    expect(CIRCUITS.filter((id) => circuitName(id) === 'zkpot')).toEqual(shipped);
    expect(UNSHIPPED_CIRCUITS.every((id) => circuitName(id) === 'zkpot')).toBe(true);
  });

  it('of zkpot are chosen by the length of the challenge', () => {
    expect(zkpotStatement(SMALL, { binding: 9n }, challengeWitness(32)).circuit).toBe(
      'zkpot-16x4x32',
    );
    expect(() => zkpotStatement(SMALL, { binding: 9n }, challengeWitness(17))).toThrow(
      expect.objectContaining({
        code: 'SAMPLE_COUNT',
        shortMessage: 'A challenge has 16 or 32 samples.',
      }),
    );
  });

  it('are named by statement and shape, and state their inputs in order', () => {
    expect(circuitId('zkpot', SMALL)).toBe('zkpot-16x4');
    expect(circuitId('ownership', SMALL)).toBe('ownership');
    expect(CIRCUITS.map(circuitName).every((name) => name in PUBLIC_INPUTS)).toBe(true);
    const statements = [
      improvementStatement(SMALL, { binding: 9n, delta: 0 }, improvementWitness()),
      zkpotStatement(SMALL, { binding: 9n }, challengeWitness()),
      ownershipStatement(9n, 1n),
    ];
    for (const { circuit, inputs, publicInputs } of statements) {
      const names = PUBLIC_INPUTS[circuitName(circuit)];
      expect(publicInputs).toEqual(names.map((name) => inputs[name]));
      expect(publicInputs[0]).toBe(9n);
    }
  });
});

describe('errors', () => {
  it('have a code, a message of parts, and become JSON without a stack', () => {
    const error = new StatementError('LABEL_RANGE', 'Short.', 'Details.', 'Hint.');
    expect(error.message).toBe('Short. Details. Hint.');
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'StatementError',
      code: 'LABEL_RANGE',
      message: 'Short.',
      details: 'Details.',
      hint: 'Hint.',
    });
  });

  it('can be walked along their causes', () => {
    const inner = new TypeError('inner');
    const outer = new LedgerError('Outer.', { code: 'OUTER', cause: inner });
    expect(outer.walk((error) => error instanceof TypeError)).toBe(inner);
    expect(outer.walk((error) => error === outer)).toBe(outer);
    expect(outer.walk(() => false)).toBeUndefined();
  });
});
