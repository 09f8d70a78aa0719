// SPDX-License-Identifier: Apache-2.0
// Sealing updates and opening their sums.
export { createUpdateMasker, type UpdateMasker, type UpdateMaskerOptions } from './masker.ts';
export { type OpenedSum, openSum, type SumOpening, type UnmaskedSum, unmask } from './open-sum.ts';
