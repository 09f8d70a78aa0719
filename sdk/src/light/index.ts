// SPDX-License-Identifier: Apache-2.0
// `@training-ledger/sdk/light`: reads with proofs, by a light client. Needs the package `smoldot` (GPL-3.0-or-later with the Classpath
// exception), which the rest of the SDK does without.

import '@training-ledger/runtime-types/require-node';

export type { FinalisedBlock } from './chain-head.ts';
export { createVerifiedReader, type VerifiedReaderOptions } from './create-reader.ts';
export { LightClientError, type LightClientErrorCode } from './errors.ts';
export type {
  Verified,
  VerifiedReader,
} from './reader.ts';
