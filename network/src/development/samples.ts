// SPDX-License-Identifier: Apache-2.0
// Digits as the ledger's fixed-point samples.
import { quantiseFeatures, type Sample, type Shape } from '@training-ledger/protocol/statements';
import type { Digit } from './digits.ts';

/** 8 x 8 pixels, ten digits. */
export const DIGIT_SHAPE: Shape = { features: 64, classes: 10 };

/** Pixels of 0..16 as signed 8-bit features. */
export function toSamples(digits: readonly Digit[]): Sample[] {
  return digits.map(({ pixels, label }) => ({
    features: quantiseFeatures(pixels.map((pixel) => pixel / 16)),
    label,
  }));
}
