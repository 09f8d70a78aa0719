// SPDX-License-Identifier: GPL-3.0-only
// Each circuit with its shipped key: a true statement is proven, two verifiers that share no code accept it, and neither
// accepts it for any other public input.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  circuitName,
  decodeProof,
  FIELD_ORDER,
  PUBLIC_INPUTS,
  verifyGroth16,
} from '@training-ledger/protocol/statements';
import { trueStatements } from '@training-ledger/protocol/testing';
import { groth16 } from 'snarkjs';
import { afterAll, describe, expect, it } from 'vitest';
import { developmentKeys, verifyingKeyBytes } from '../keys.ts';
import { BACKENDS } from '../testing/backends.ts';
import { stopCurve } from '../testing/constraints.ts';
import type { Proved } from './prover.ts';

afterAll(stopCurve);

/** snarkjs' own verifier, on the key and proof in its own format. */
async function snarkjsVerify({ circuit, publicInputs, proof }: Proved): Promise<boolean> {
  const file = join(developmentKeys.directory, circuit, 'verification_key.json');
  const key = JSON.parse(await readFile(file, 'utf8'));
  return groth16.verify(key, publicInputs.map(String), decodeProof(proof) as never);
}

describe.each(BACKENDS)('$name', ({ create }) => {
  const prover = create();
  afterAll(() => prover.close());

  const proofs = new Map<string, Promise<Proved>>();
  describe.each(trueStatements())('$circuit', (statement) => {
    const proved = (): Promise<Proved> => {
      const made = proofs.get(statement.circuit) ?? prover.prove(statement);
      proofs.set(statement.circuit, made);
      return made;
    };

    it('proves a true statement, for both verifiers', async () => {
      const made = await proved();
      expect(made).toMatchObject({
        circuit: statement.circuit,
        publicInputs: statement.publicInputs,
      });
      expect(made.proof).toHaveLength(128);
      expect(await prover.verify(made)).toBe(true);
      expect(await snarkjsVerify(made)).toBe(true);
    });

    it.each(PUBLIC_INPUTS[circuitName(statement.circuit)])('is bound to its %s', async (name) => {
      const made = await proved();
      const at = PUBLIC_INPUTS[circuitName(statement.circuit)].indexOf(name);
      const value = made.publicInputs[at] as bigint;
      const key = await verifyingKeyBytes(statement.circuit);
      for (const other of [(value + 1n) % FIELD_ORDER, (value - 1n) % FIELD_ORDER, 0n]) {
        const publicInputs = made.publicInputs.with(at, other);
        expect(await prover.verify({ ...made, publicInputs })).toBe(false);
      }
      const changed = made.publicInputs.with(at, value + 1n);
      expect(await snarkjsVerify({ ...made, publicInputs: changed })).toBe(false);
      // The same residue in another encoding.
      const wrapped = made.publicInputs.with(at, value + FIELD_ORDER);
      expect(verifyGroth16(key, wrapped, made.proof)).toBe(false);
    });

    it('takes no other number of public inputs, and no inputs in another order', async () => {
      const made = await proved();
      for (const publicInputs of [
        made.publicInputs.slice(1),
        [...made.publicInputs, 0n],
        [...made.publicInputs].reverse(),
      ]) {
        expect(await prover.verify({ ...made, publicInputs })).toBe(false);
      }
    });

    it('is a proof of its own circuit only', async () => {
      const made = await proved();
      for (const { circuit } of trueStatements()) {
        if (circuit !== statement.circuit) {
          expect(await prover.verify({ ...made, circuit })).toBe(false);
        }
      }
    });
  });

  describe('two proofs of one statement', () => {
    it('differ: a proof tells nothing about its witness', async () => {
      const [, ownership] = trueStatements();
      const [a, b] = await Promise.all([
        prover.prove(ownership as never),
        prover.prove(ownership as never),
      ]);
      expect(a.proof).not.toEqual(b.proof);
      expect(await prover.verify(b)).toBe(true);
    });
  });
});
