// SPDX-License-Identifier: Apache-2.0
// Compliance suites for implementations of the SDK's interfaces.
export {
  type ComplianceCase,
  contentStoreCases,
  type StoreUnderTest,
} from './content-store.ts';
