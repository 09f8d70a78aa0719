// SPDX-License-Identifier: Apache-2.0
// What everyone has to agree on: bytes and hashes, statements and the reference model, envelopes, files, and verification without a node.
import '@training-ledger/runtime-types/require-node';

export {
  LedgerError,
  type LedgerErrorContext,
  type LedgerErrorOptions,
} from '@training-ledger/runtime-types';
export * from './bytes.ts';
export * from './codec/hashes.ts';
export { accountOf, LedgerCodec, SIGNED_EXTENSIONS } from './codec/ledger-codec.ts';
export * from './content-hash.ts';
export * from './crypto/envelope.ts';
export * from './crypto/kem.ts';
export * from './crypto/ml-dsa.ts';
export {
  ML_DSA_PUBLIC_KEY_BYTES,
  type PostQuantumSuite,
  suite as postQuantumSuite,
} from './crypto/suite.ts';
export * from './errors.ts';
export * from './files/model-file.ts';
export * from './files/safetensors.ts';
export * from './merkle.ts';
export * from './records.ts';
export * from './statements/index.ts';
export * from './test-set.ts';
export * from './verify/bundle.ts';
export * from './verify/inclusion.ts';
