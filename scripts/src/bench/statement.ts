// SPDX-License-Identifier: Apache-2.0
// The statement of the benchmarks: the accuracy of a model on handwritten digits that it was not trained on. One model and one
// set of samples for every prover.

import { loadDigits, toSamples } from '@training-ledger/network';
import { trainSoftmax } from '@training-ledger/offchain-worker';
import {
  isMlp,
  type MlpShape,
  type Sample,
  type Shape,
  type Statement,
  WEIGHT_SCALE,
  ZKPOT_CIRCUITS,
  zkpotMlpStatement,
  zkpotStatement,
} from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';

/** A layer: rows of weights, and a bias a row. */
export interface Layer {
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
}

/** What is proven, for our provers and for others. */
export interface BenchmarkStatement {
  readonly statement: Statement;
  /** The model in real numbers, ReLU between its layers. */
  readonly layers: readonly Layer[];
  /** Features in 0 to 1. */
  readonly samples: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly correct: number;
}

/**
 * The statement for a circuit of `zkpot`.
 * @throws LedgerError `CIRCUIT_UNKNOWN`.
 */
export async function benchmarkStatement(id: string): Promise<BenchmarkStatement> {
  const circuit = ZKPOT_CIRCUITS.find((each) => each.id === id);
  if (circuit === undefined || circuit.shape.features !== 64) {
    const known = ZKPOT_CIRCUITS.filter(({ shape }) => shape.features === 64);
    throw new LedgerError(`There is no benchmark of ${id}.`, {
      code: 'CIRCUIT_UNKNOWN',
      details: `There are: ${known.map((each) => each.id).join(', ')}.`,
    });
  }
  const { shape, samples: count } = circuit;
  const all = toSamples(await loadDigits());
  const [challenge, training] = [all.slice(0, count), all.slice(count)];
  const weights = isMlp(shape) ? randomMlp(shape) : trained(shape, training);
  const build = isMlp(shape) ? zkpotMlpStatement : zkpotStatement;
  const options = { weights, salt: 1n, challenge };
  const statement = build(shape as Shape & MlpShape, { binding: 1n }, options);
  return {
    statement,
    layers: layersOf(shape, weights),
    samples: challenge.map(({ features }) => [...features].map((feature) => feature / 127)),
    labels: challenge.map(({ label }) => label),
    correct: statement.correct,
  };
}

const trained = (shape: Shape, samples: readonly Sample[]): Int16Array =>
  trainSoftmax(shape, new Int16Array(shape.classes * (shape.features + 1)), samples, {
    epochs: 10,
  });

/** Weights from a seeded generator: what a proof costs does not depend on how good the model is. */
function randomMlp({ features, hidden, classes }: MlpShape): Int16Array {
  let state = 1;
  return Int16Array.from({ length: hidden * (features + 1) + classes * (hidden + 1) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32 - 0.5) * WEIGHT_SCALE);
  });
}

function layersOf(shape: Shape | MlpShape, weights: Int16Array): Layer[] {
  const { features, classes } = shape;
  const sizes = isMlp(shape) ? [features, shape.hidden, classes] : [features, classes];
  let at = 0;
  return sizes.slice(1).map((outputs, i) => {
    const row = (sizes[i] as number) + 1;
    const rows = Array.from({ length: outputs }, (_, o) =>
      [...weights.subarray(at + o * row, at + (o + 1) * row)].map(
        (weight) => weight / WEIGHT_SCALE,
      ),
    );
    at += outputs * row;
    return {
      weights: rows.map((each) => each.slice(0, -1)),
      biases: rows.map((each) => each[row - 1] as number),
    };
  });
}
