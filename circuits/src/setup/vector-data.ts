// SPDX-License-Identifier: GPL-3.0-only
// The known-answer vectors: inputs drawn from a seed, answers by the reference model. circuits/vectors/check.py computes
// the same answers with code of its own, and the tests hold circuits and reference model to them.
import { createHash } from 'node:crypto';
import {
  commitBatch,
  commitData,
  commitInteraction,
  commitMlpState,
  commitState,
  commitUpdate,
  contributorId,
  countCorrect,
  countCorrectMlp,
  digestToField,
  evaluateMlp,
  FIELD_ORDER,
  hashMany,
  improvementOf,
  improvementStatement,
  isCorrect,
  type MlpShape,
  nodeKeyHash,
  nullifier,
  parameterCount,
  poseidon,
  predict,
  quantiseFeatures,
  quantiseWeights,
  receiptMessage,
  type Sample,
  SHAPES,
  type Shape,
  scores,
  updateBetween,
  userId,
  type ZkpotStatement,
  zkpotMlpStatement,
  zkpotStatement,
} from '@training-ledger/protocol/statements';

/** A source of numbers that are the same for the same seed: SHA-256 of a counter. */
class Draw {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  digest(): Uint8Array {
    return createHash('sha256')
      .update(`${this.#seed}/${this.#count++}`)
      .digest();
  }

  /** A whole number of [low, high]. */
  integer(low: number, high: number): number {
    return low + (Buffer.from(this.digest()).readUInt32LE(0) % (high - low + 1));
  }

  field(): bigint {
    return digestToField(this.digest());
  }
}

interface Model {
  readonly shape: Shape;
  readonly weights: Int16Array;
}

/** Samples around one random prototype a class, so that a model of the prototypes is often right, not always. */
function samplesOf(draw: Draw, { features, classes }: Shape, count: number): Sample[] {
  const prototypes = Array.from({ length: classes }, () =>
    Array.from({ length: features }, () => draw.integer(-40, 40)),
  );
  return Array.from({ length: count }, (_, n) => {
    const prototype = prototypes[n % classes] as number[];
    const noisy = prototype.map((centre) => centre + draw.integer(-87, 87));
    return { features: Int8Array.from(noisy), label: n % classes };
  });
}

/** Each class's weights are the sum of its first samples' features. */
function fit(shape: Shape, samples: readonly Sample[]): Int16Array {
  const weights = new Int16Array(parameterCount(shape));
  for (const { features, label } of samples) {
    features.forEach((feature, f) => {
      const place = label * (shape.features + 1) + f;
      weights[place] = (weights[place] as number) + 20 * feature;
    });
  }
  return weights;
}

const plain = ({ features, classes }: Shape): Shape => ({ features, classes });
const json = ({ features, label }: Sample) => ({ features: [...features], label });
const text = (values: readonly bigint[]): string[] => values.map(String);

/** How real numbers become fixed point. */
function quantisation() {
  const eighth = Array.from({ length: 21 }, (_, i) => (i - 10) / 8192);
  const weights = [0, 1, -1, 7.99975, 7.9999, 8, -8, -8.0002, 1e9, -1e9, 0.1, -0.1, ...eighth];
  const halves = [0.5 / 127, 1.5 / 127, -0.5 / 127, -1.5 / 127, 63.5 / 127];
  const features = [0, 1, -1, 0.5, -0.5, 1.5, -1.5, 1 / 16, 0.3, 1e-9, ...halves];
  return {
    weights: { real: weights, fixed: [...quantiseWeights(weights)] },
    features: { real: features, fixed: [...quantiseFeatures(features)] },
  };
}

function modelCase(name: string, { shape, weights }: Model, samples: readonly Sample[]) {
  return {
    name,
    shape,
    weights: [...weights],
    samples: samples.map(json),
    scores: samples.map(({ features }) => scores(shape, weights, features)),
    // null where two classes share the highest score.
    predictions: samples.map(({ features }) => predict(shape, weights, features) ?? null),
    isCorrect: samples.map((sample) => isCorrect(shape, weights, sample)),
    correct: countCorrect(shape, weights, samples),
  };
}

function models() {
  return SHAPES.flatMap(({ features, classes }) => {
    const shape = { features, classes };
    const name = `${shape.features}x${shape.classes}`;
    const samples = samplesOf(new Draw(`model/${name}`), shape, 12);
    const fitted = fit(shape, samples.slice(0, shape.classes));
    // The largest scores of either sign that there are.
    const extreme = new Int16Array(parameterCount(shape));
    extreme.fill(32767, 0, shape.features + 1);
    extreme.fill(-32768, shape.features + 1, 2 * (shape.features + 1));
    const corners: Sample[] = [127, -128].map((value) => ({
      features: new Int8Array(shape.features).fill(value),
      label: 1,
    }));
    return [
      modelCase(`${name} fitted`, { shape, weights: fitted }, samples),
      modelCase(`${name} extremes`, { shape, weights: extreme }, corners),
      modelCase(
        `${name} all scores tie`,
        { shape, weights: fitted.map(() => 0) },
        samples.slice(0, 3),
      ),
    ];
  });
}

function hashes() {
  const draw = new Draw('hashes');
  const inputs = Array.from({ length: 16 }, () => draw.field());
  return {
    poseidon: inputs.map((_, i) => {
      const taken = inputs.slice(0, i + 1);
      return { inputs: text(taken), hash: String(poseidon(taken)) };
    }),
    poseidonEdges: [[0n], [FIELD_ORDER - 1n], [1n, 2n]].map((edge) => ({
      inputs: text(edge),
      hash: String(poseidon(edge)),
    })),
    hashMany: [1, 14, 15, 16, 31, 45].map((length, i) => {
      const elements = Array.from({ length }, () => draw.field());
      return { tag: i + 1, elements: text(elements), hash: String(hashMany(i + 1, elements)) };
    }),
  };
}

function commitments() {
  const draw = new Draw('commitments');
  const [secret, binding, input, output, nonce, salt, x, y] = Array.from({ length: 8 }, () =>
    draw.field(),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  const digest = draw.digest();
  const interaction = commitInteraction(input, output, -5, nonce);
  const time = 1_760_000_000_123;
  return {
    secret: String(secret),
    binding: String(binding),
    userId: String(userId(secret)),
    nullifier: String(nullifier(secret, binding)),
    contributorId: String(contributorId(secret)),
    input: String(input),
    output: String(output),
    feedback: -5,
    nonce: String(nonce),
    interaction: String(interaction),
    digest: Buffer.from(digest).toString('hex'),
    digestField: String(digestToField(digest)),
    salt: String(salt),
    data: String(commitData(digestToField(digest), salt)),
    key: text([x, y]),
    nodeKey: String(nodeKeyHash([x, y])),
    time,
    receiptMessage: String(receiptMessage(interaction, time)),
  };
}

function improvements() {
  return SHAPES.map((shape) => {
    const draw = new Draw(`improvement/${shape.features}x${shape.classes}`);
    const [binding, oldSalt, newSalt, updateSalt, batchSalt] = Array.from({ length: 5 }, () =>
      draw.field(),
    ) as [bigint, bigint, bigint, bigint, bigint];
    const samples = samplesOf(draw, shape, 4 * shape.classes);
    const newWeights = fit(shape, samples);
    // The old model has the first class's weights with the wrong sign.
    const oldWeights = newWeights.map((weight, i) => (i < shape.features + 1 ? -weight : weight));
    const batch = samples.slice(0, shape.batch);
    const witness = { oldWeights, newWeights, oldSalt, newSalt, updateSalt, batch, batchSalt };
    const delta = improvementOf(shape, witness);
    const { publicInputs } = improvementStatement(shape, { binding, delta }, witness);
    const update = updateBetween(oldWeights, newWeights);
    return {
      shape: plain(shape),
      oldWeights: [...oldWeights],
      newWeights: [...newWeights],
      update: [...update],
      batch: batch.map(json),
      salts: text([oldSalt, newSalt, updateSalt, batchSalt]),
      correct: [countCorrect(shape, oldWeights, batch), countCorrect(shape, newWeights, batch)],
      delta,
      commitments: {
        oldState: String(commitState(oldWeights, oldSalt)),
        newState: String(commitState(newWeights, newSalt)),
        update: String(commitUpdate(update, updateSalt)),
        batch: String(commitBatch(batch, batchSalt)),
      },
      publicInputs: text(publicInputs),
    };
  });
}

/** The known answers of a `zkpot` statement. */
function challengeCase(
  shape: Shape | MlpShape,
  { publicInputs, inputs, correct, r, z }: ZkpotStatement,
  challenge: readonly Sample[],
) {
  return {
    shape,
    binding: String(inputs.binding),
    weights: inputs.weights,
    salt: String(inputs.salt),
    challenge: challenge.map(json),
    state: String(inputs.state),
    correct,
    r: String(r),
    u: text(inputs.u as readonly bigint[]),
    z: String(z),
    v: String(publicInputs[5]),
    publicInputs: text(publicInputs),
  };
}

function linearChallenge(shape: Shape, length: number, seed: string) {
  const draw = new Draw(`zkpot/${seed}`);
  const [binding, salt] = [draw.field(), draw.field()];
  const challenge = samplesOf(draw, shape, length);
  const weights = fit(shape, challenge.slice(0, 2 * shape.classes));
  const statement = zkpotStatement(shape, { binding }, { weights, salt, challenge });
  return challengeCase(plain(shape), statement, challenge);
}

/** Of the default numbers of samples. */
const challenges = () =>
  SHAPES.map((shape) => {
    const name = `${shape.features}x${shape.classes}`;
    return linearChallenge(shape, shape.challenge, name);
  });

/** Of others, which go by margins. */
const marginChallenges = () => [
  linearChallenge({ features: 16, classes: 4 }, 32, '16x4x32'),
  linearChallenge({ features: 64, classes: 10 }, 256, '64x10x256'),
];

/** Each hidden unit looks for a class as `fit` finds it, and speaks for that class more than for others. */
function fitMlp(draw: Draw, shape: MlpShape, samples: readonly Sample[]): Int16Array {
  const { features, hidden, classes } = shape;
  const rows = fit(shape, samples);
  const weights: number[] = [];
  for (let j = 0; j < hidden; j++) {
    const row = rows.subarray(
      (j % classes) * (features + 1),
      (j % classes) * (features + 1) + features,
    );
    weights.push(...Array.from(row, (weight) => weight + draw.integer(-200, 200)));
    weights.push(draw.integer(-2000, 0));
  }
  for (let c = 0; c < classes; c++) {
    for (let j = 0; j < hidden; j++) {
      weights.push(draw.integer(-300, 300) + (j % classes === c ? 900 : 0));
    }
    weights.push(draw.integer(-300, 300));
  }
  return Int16Array.from(weights);
}

function mlpChallenges() {
  const shapes = [
    { features: 16, hidden: 8, classes: 4, samples: 16 },
    { features: 64, hidden: 32, classes: 10, samples: 64 },
  ];
  return shapes.map(({ features, hidden, classes, samples }) => {
    const shape = { features, hidden, classes };
    const draw = new Draw(`zkpot/${features}x${hidden}x${classes}`);
    const [binding, salt] = [draw.field(), draw.field()];
    const challenge = samplesOf(draw, shape, samples);
    const weights = fitMlp(draw, shape, challenge.slice(0, 2 * classes));
    const statement = zkpotMlpStatement(shape, { binding }, { weights, salt, challenge });
    // Rows at the ends of their range, where sums and scores are largest.
    const extreme = weights.map((_, i) => (i % 2 === 0 ? 32_767 : -32_768));
    extreme.fill(-32_768, 0, features + 1);
    const corners = [127, -128, 0].map((value) => new Int8Array(features).fill(value));
    return {
      ...challengeCase(shape, statement, challenge),
      evaluations: challenge
        .slice(0, 8)
        .map((sample) => evaluateMlp(shape, weights, sample.features)),
      countCorrect: countCorrectMlp(shape, weights, challenge),
      stateSaltZero: String(commitMlpState(weights, 0n)),
      extremes: {
        weights: [...extreme],
        features: corners.map((corner) => [...corner]),
        evaluations: corners.map((corner) => evaluateMlp(shape, extreme, corner)),
      },
    };
  });
}

/** Contents of each file below circuits/vectors that is the same whenever it is made. */
export function vectorFiles(): Record<string, unknown> {
  return {
    'quantisation.json': quantisation(),
    'model.json': models(),
    'hashes.json': hashes(),
    'commitments.json': commitments(),
    'improvement.json': improvements(),
    'zkpot.json': challenges(),
    'zkpot-margins.json': marginChallenges(),
    'zkpot-mlp.json': mlpChallenges(),
  };
}
