// SPDX-License-Identifier: Apache-2.0
// Compliance suites for implementations of the SDK's interfaces.
import '@training-ledger/runtime-types/require-node';

export {
  type ComplianceCase,
  contentStoreCases,
  type StoreUnderTest,
} from './content-store.ts';
