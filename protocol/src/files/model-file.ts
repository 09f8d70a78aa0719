// SPDX-License-Identifier: Apache-2.0
// A model's fixed-point weights as safetensors: `weight` [classes, features] and `bias` [classes], 16-bit integers.

import { ProtocolError } from '../errors.ts';
import { parameterCount, type Shape, WEIGHT_SCALE } from '../statements/index.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';

const FORMAT = 'training-ledger/linear/v1';

/**
 * Writes a model file. The same weights give the same bytes.
 * @throws ProtocolError `MODEL_FILE_MALFORMED` if there are not as many weights as the shape has.
 */
export function writeModelFile(shape: Shape, weights: Int16Array): Uint8Array {
  const { features, classes } = shape;
  if (weights.length !== parameterCount(shape))
    throw malformed('The weights are not of the shape.');
  const row = features + 1;
  const weight = new Int16Array(classes * features);
  const bias = new Int16Array(classes);
  for (let c = 0; c < classes; c++) {
    weight.set(weights.subarray(c * row, c * row + features), c * features);
    bias[c] = weights[c * row + features] as number;
  }
  return writeSafetensors({
    tensors: { weight: tensor(weight, [classes, features]), bias: tensor(bias, [classes]) },
    metadata: { format: FORMAT, weight_scale: String(WEIGHT_SCALE) },
  });
}

/**
 * Reads a model file.
 * @throws ProtocolError `SAFETENSORS_MALFORMED` or `MODEL_FILE_MALFORMED`.
 */
export function readModelFile(bytes: Uint8Array): { shape: Shape; weights: Int16Array } {
  const { tensors, metadata } = readSafetensors(bytes);
  const { weight, bias, ...others } = tensors;
  if (metadata['format'] !== FORMAT || metadata['weight_scale'] !== String(WEIGHT_SCALE)) {
    throw malformed('It is of another format or scale.');
  }
  if (weight?.dtype !== 'I16' || weight.shape.length !== 2 || bias?.dtype !== 'I16') {
    throw malformed('It has no 16-bit weight matrix and bias.');
  }
  const [classes, features] = weight.shape as [number, number];
  if (bias.shape.length !== 1 || bias.shape[0] !== classes)
    throw malformed('Bias and weights differ in classes.');
  if (features < 1 || classes < 1) throw malformed('It has no features or no classes.');
  if (Object.keys(others).length > 0) throw malformed('It has tensors beside weight and bias.');
  const [w, b] = [values(weight), values(bias)];
  const weights = new Int16Array(classes * (features + 1));
  for (let c = 0; c < classes; c++) {
    weights.set(w.subarray(c * features, (c + 1) * features), c * (features + 1));
    weights[c * (features + 1) + features] = b[c] as number;
  }
  return { shape: { features, classes }, weights };
}

const malformed = (details: string): ProtocolError =>
  new ProtocolError('MODEL_FILE_MALFORMED', 'The file is not a model of the ledger.', { details });

function tensor(values: Int16Array, shape: readonly number[]): Tensor {
  const data = new Uint8Array(values.length * 2);
  const view = new DataView(data.buffer);
  values.forEach((value, i) => {
    view.setInt16(2 * i, value, true);
  });
  return { dtype: 'I16', shape, data };
}

function values({ data }: Tensor): Int16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Int16Array.from({ length: data.length / 2 }, (_, i) => view.getInt16(2 * i, true));
}
