// SPDX-License-Identifier: Apache-2.0
// Sealed updates and their sums: files, packing, addition, what is committed to. No key and no encryption here.
export { UpdateSum } from './add.ts';
export {
  checkShape,
  coefficientCount,
  type LimbRun,
  maskedLimbCount,
  maskedRuns,
  type SumFile,
  type UpdateFile,
  type UpdateShape,
} from './layout.ts';
export { checkBaseId, maskPolynomial, type Shake128 } from './mask-crs.ts';
export {
  COMPACT_PACKING,
  LOSSLESS_PACKING,
  type PackedCoefficients,
  Packing,
  type PackingOptions,
} from './packing.ts';
export {
  DEGREE,
  ERROR_BOUND,
  KEY,
  KEY_LIMBS,
  MASK,
  MAX_CONTRIBUTORS,
  MAX_PARAMETERS,
  type RingParameters,
} from './parameters.ts';
export { commitmentScalars, SCALAR_BYTES, scalarCount, updateVector } from './scalars.ts';
export { parseSum, serialiseSum, sumFileBytes } from './sum-file.ts';
export { parseUpdate, serialiseUpdate, updateFileBytes } from './update-file.ts';
