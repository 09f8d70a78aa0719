// SPDX-License-Identifier: Apache-2.0
// Statements, commitments and the reference model. Nothing here depends on GPL code.
import '@training-ledger/runtime-types/require-node';

export { evaluateChallenge, type ZkpotStatement } from './challenge.ts';
export * from './commitments.ts';
export * from './contribution.ts';
export * from './errors.ts';
export * from './field.ts';
export * from './groth16.ts';
export {
  decodeG1,
  decodeProof,
  encodeG1,
  encodeProof,
  encodeVerifyingKey,
  type G1Point,
  type JsonProof,
  type JsonVerifyingKey,
  PROOF_BYTES,
  ProofEncodingError,
} from './groth16-encoding.ts';
export * from './hash.ts';
export * from './improvement.ts';
export * from './interaction.ts';
export { marginBits, sumBits } from './margins.ts';
export * from './mlp.ts';
export * from './model.ts';
export * from './ownership.ts';
export * from './receipts.ts';
export * from './shape.ts';
export * from './statement.ts';
export * from './vector-commitments.ts';
export * from './zkpot.ts';
export * from './zkpot-mlp.ts';
