// SPDX-License-Identifier: Apache-2.0
// A verifier of Groth16 over BN254 (eprint 2016/260) for the chain's encodings. It shares no code with snarkjs, and needs
// no WASM: applications and auditors verify with it.
import { bn254 } from '@noble/curves/bn254.js';
import { isField } from './field.ts';
import { decodePoints, decodeVerifyingKey, type G1Point } from './groth16-encoding.ts';

const { Fp12 } = bn254.fields;

/**
 * Whether `proof` proves `publicInputs` under `key`, both in the chain's encoding. False as well for another number of
 * inputs than the key has, or one that is not canonical.
 * @throws ProofEncodingError for bytes that are no proof or key; points are checked for curve and subgroup.
 */
export function verifyGroth16(
  key: Uint8Array,
  publicInputs: readonly bigint[],
  proof: Uint8Array,
): boolean {
  const { alpha, beta, gamma, delta, inputs } = decodeVerifyingKey(key);
  const { a, b, c } = decodePoints(proof);
  if (publicInputs.length + 1 !== inputs.length || !publicInputs.every(isField)) return false;
  const sum = publicInputs.reduce(
    // The library refuses to multiply by zero.
    (total, input, i) =>
      input === 0n ? total : total.add((inputs[i + 1] as G1Point).multiply(input)),
    inputs[0],
  );
  // e(A, B) = e(alpha, beta) e(sum, gamma) e(C, delta); pairs with a point at infinity count as one.
  const product = bn254.pairingBatch(
    [
      { g1: a, g2: b },
      { g1: alpha.negate(), g2: beta },
      { g1: sum.negate(), g2: gamma },
      { g1: c.negate(), g2: delta },
    ].filter(({ g1, g2 }) => !g1.is0() && !g2.is0()),
  );
  return Fp12.eql(product, Fp12.ONE);
}
