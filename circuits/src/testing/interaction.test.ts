// SPDX-License-Identifier: GPL-3.0-only
// Ways to claim an interaction that no registered node signed in the window; and a secret or data that one does not know.
import { babyjubjub } from '@noble/curves/misc.js';
import {
  contributionStatement,
  FIELD_ORDER,
  interactionStatement,
  nodeKeyHash,
  nodeKeyPair,
  nullifier,
  ownershipStatement,
  poseidon,
  receiptMessage,
  type Statement,
  signReceipt,
  userId,
} from '@training-ledger/protocol/statements';
import { interactionWitness, SIGNED_AT } from '@training-ledger/protocol/testing';
import { describe, expect, it } from 'vitest';
import { refusal } from './constraints.ts';

type Inputs = Statement['inputs'];
type Affine = readonly [bigint, bigint];
const { Point } = babyjubjub;
const ORDER = Point.Fn.ORDER;
const LATEST = 2n ** 64n - 1n;

const witness = interactionWitness();
const sound = interactionStatement(
  { binding: 1n, notBefore: SIGNED_AT - 10, notAfter: SIGNED_AT + 10 },
  witness,
);
const node = nodeKeyPair(new Uint8Array(32).fill(7));
const refused = (changes: Inputs): Promise<string | undefined> => refusal(sound, changes);
const signature = ({ R8, S }: { R8: Affine; S: bigint }): Inputs => ({
  signatureR: R8,
  signatureS: S,
});
const affine = (point: typeof Point.BASE): Affine => {
  const { x, y } = point.toAffine();
  return [x, y];
};

describe('interaction', () => {
  it('lies in its window, ends included', async () => {
    const time = BigInt(SIGNED_AT);
    for (const [notBefore, notAfter] of [
      [time, time],
      [0n, LATEST],
    ] as const) {
      expect(await refused({ notBefore, notAfter })).toBeUndefined();
    }
    for (const [notBefore, notAfter] of [
      [time + 1n, time + 9n],
      [time - 9n, time - 1n],
      [time + 1n, time - 1n],
    ] as const) {
      expect(await refused({ notBefore, notAfter })).toBe('order[i].out === 1;');
    }
    // Not 64 bits: a comparison would wrap.
    for (const [notBefore, notAfter] of [
      [0n, LATEST + 1n],
      [FIELD_ORDER - 1n, LATEST],
      [0n, FIELD_ORDER - 1n],
    ] as const) {
      expect(await refused({ notBefore, notAfter })).toBe('ranges[i].in <== times[i];');
    }
  });

  it('has the time that the node signed', async () => {
    expect(await refused({ time: SIGNED_AT + 1 })).toBe('signature.M <== message.out;');
    const later = signReceipt(node, witness.receipt.commitment, SIGNED_AT + 5);
    expect(await refused({ time: SIGNED_AT + 5, ...signature(later.signature) })).toBeUndefined();
  });

  it('has the content that the node signed', async () => {
    for (const name of ['input_', 'output_', 'feedback', 'nonce']) {
      expect(await refused({ [name]: 1n })).toBe('interaction.out === commitment;');
    }
    // A commitment of its own, under the signature over another one.
    const commitment = poseidon([13n, 1n, 1n, 128n, 1n]);
    const content = { commitment, input_: 1n, output_: 1n, feedback: 128, nonce: 1n };
    expect(await refused(content)).toBe('signature.M <== message.out;');
    const own = signReceipt(node, commitment, SIGNED_AT);
    expect(await refused({ ...content, ...signature(own.signature) })).toBeUndefined();
  });

  it.each([256n, FIELD_ORDER - 1n])('has no feedback of %s, even if signed', async (feedback) => {
    const { input, output, nonce } = witness;
    const commitment = poseidon([13n, input, output, feedback, nonce]);
    const signed = signReceipt(node, commitment, SIGNED_AT);
    expect(await refused({ commitment, feedback, ...signature(signed.signature) })).toBe(
      'feedbackRange.in <== feedback;',
    );
  });

  it('has the signature of the node that it names', async () => {
    const other = nodeKeyPair(new Uint8Array(32).fill(8));
    const signed = signReceipt(other, witness.receipt.commitment, SIGNED_AT);
    const key = { key: other.publicKey, ...signature(signed.signature) };
    expect(await refused(key)).toBe('node.out === nodeKey;');
    expect(await refused({ ...key, nodeKey: nodeKeyHash(other.publicKey) })).toBeUndefined();
    expect(await refused(signature(signed.signature))).toBe('signature.M <== message.out;');
    expect(await refused({ nodeKey: nodeKeyHash(other.publicKey) })).toBe('node.out === nodeKey;');
  });

  it('has one S: below the order', async () => {
    const { R8, S } = witness.receipt.signature;
    for (const wrong of [S + 1n, S + ORDER, FIELD_ORDER - 1n, 0n]) {
      expect(await refused(signature({ R8, S: wrong }))).toBe('signature.M <== message.out;');
    }
  });

  it('has R and key on the curve', async () => {
    const { publicKey, signature: signed } = witness.receipt;
    const { R8, S } = signed;
    for (const off of [
      [R8[0], R8[1] + 1n],
      [0n, 0n],
      [1n, 1n],
    ] as const) {
      expect(await refused(signature({ R8: off, S }))).toBe('nonceOnCurve.y <== signatureR[1];');
      expect(await refused({ key: off, nodeKey: nodeKeyHash(off) })).toBe(
        'keyOnCurve.y <== key[1];',
      );
    }
    const shifted = [publicKey[0] + 1n, publicKey[1]] as const;
    expect(await refused({ key: shifted, nodeKey: nodeKeyHash(shifted) })).toBe(
      'keyOnCurve.y <== key[1];',
    );
  });

  it('has no key of low order, for which anyone can sign', async () => {
    const S = 5n;
    const R8 = affine(Point.BASE.multiply(S));
    for (const key of [
      [0n, 1n],
      [0n, FIELD_ORDER - 1n],
    ] as const) {
      // 8 A vanishes, so S B = R holds for every message.
      expect(await refused({ key, nodeKey: nodeKeyHash(key), ...signature({ R8, S }) })).toBe(
        'signature.M <== message.out;',
      );
    }
  });

  it('accepts what the reference accepts: a signature computed by its equation', async () => {
    const [secret, nonce] = [1_234_567n, 7_654_321n];
    const key = affine(Point.BASE.multiply(secret));
    const R8 = affine(Point.BASE.multiply(nonce));
    const message = receiptMessage(witness.receipt.commitment, SIGNED_AT);
    const hash = poseidon([...R8, ...key, message]);
    const S = (nonce + 8n * (hash % ORDER) * secret) % ORDER;
    const changes = { key, nodeKey: nodeKeyHash(key), ...signature({ R8, S }) };
    expect(await refused(changes)).toBeUndefined();
    expect(await refused({ ...changes, ...signature({ R8, S: S - 1n }) })).toBe(
      'signature.M <== message.out;',
    );
  });
});

describe('ownership', () => {
  const [binding, secret] = [21n, 22n];
  const statement = ownershipStatement(binding, secret);

  it('is of the secret behind the user id', async () => {
    expect(await refusal(statement, { secret: 23n })).toBe('user.out === userId;');
    expect(await refusal(statement, { userId: userId(23n) })).toBe('user.out === userId;');
    // Another secret with its own nullifier, under this user's id.
    const other = { secret: 23n, nullifier: nullifier(23n, binding) };
    expect(await refusal(statement, other)).toBe('user.out === userId;');
  });

  it('has one nullifier for each binding', async () => {
    expect(await refusal(statement, { nullifier: nullifier(secret, 24n) })).toBe(
      'once.out === nullifier;',
    );
    expect(await refusal(statement, { binding: 24n })).toBe('once.out === nullifier;');
    const both = { binding: 24n, nullifier: nullifier(secret, 24n) };
    expect(await refusal(statement, both)).toBeUndefined();
  });
});

describe('contribution', () => {
  const statement = contributionStatement(1n, 255, { dataDigest: 31n, salt: 32n, secret: 33n });

  it('is of the data and the contributor that it names', async () => {
    expect(await refusal(statement)).toBeUndefined();
    for (const name of ['dataDigest', 'salt', 'secret']) {
      const line =
        name === 'secret' ? 'contributor.out === contributorId;' : 'data.out === dataCommitment;';
      expect(await refusal(statement, { [name]: 1n })).toBe(line);
    }
  });

  it.each([256n, FIELD_ORDER - 1n])('has no type %s', async (contributionType) => {
    expect(await refusal(statement, { contributionType })).toBe('type.in <== contributionType;');
  });
});
