// SPDX-License-Identifier: GPL-3.0-only
// Vector commitments in WASM, by ffjavascript's sums of products. Its threads start with the first commitment and keep the
// process alive until the committer is closed.

import { decodeG1, encodeG1, type G1Point } from '@training-ledger/protocol/groth16-encoding';
import type { Curve } from 'ffjavascript';
import {
  type CommitterOptions,
  closedError,
  SCALAR_BYTES,
  type VectorCommitter,
} from './committer.ts';
import { acquireCurve, releaseCurve } from './curve.ts';
import { Generators, generatorsFile } from './generators.ts';
import { Lock } from './lock.ts';
import { type Combination, wrongOpenings } from './openings.ts';
import { scalarsOf, sizeError, type Vector, valueError } from './packed.ts';
import { areCanonical, ScalarSums } from './scalars.ts';

/** A committer on WASM, which runs everywhere. */
export function createWasmVectorCommitter({ cache }: CommitterOptions = {}): VectorCommitter {
  const generators = new Generators(generatorsFile(cache));
  const [sums, checks] = [new Lock(), new Lock()];
  let curve: Promise<Curve> | undefined;
  let closed: Promise<void> | undefined;

  /** Runs a task with the curve, one at a time. */
  const withCurve = <T>(task: (curve: Curve) => Promise<T>): Promise<T> =>
    sums.run(async () => {
      if (closed !== undefined) throw closedError();
      curve ??= acquireCurve();
      return task(await curve);
    });

  /** The multi-scalar multiplication of the first generators. */
  const product = async (scalars: Uint8Array, on: Curve): Promise<Uint8Array> =>
    on.G1.multiExpAffine(await generators.first(scalars.length / SCALAR_BYTES, on), scalars);

  const begin = async (): Promise<Combination> => {
    const vector = new ScalarSums();
    const points: G1Point[] = [];
    const coefficients: Uint8Array[] = [];
    const add: Combination['add'] = async (coefficient, commitment, added) => {
      if (closed !== undefined) throw closedError();
      const point = pointOf(commitment);
      if (point === undefined || sizeError(added) !== undefined) return false;
      const scalars = soundScalars(added);
      if (scalars === undefined) return false;
      vector.add(coefficient, scalars);
      points.push(point);
      coefficients.push(coefficient);
      return true;
    };
    const holds: Combination['holds'] = () =>
      withCurve(async (on) => {
        const committed = await product(vector.reduced(), on);
        const finite = points.flatMap((point, i) => (point.is0() ? [] : [i]));
        const bases = finite.map((i) => affine(points[i] as G1Point, on));
        const combined = await on.G1.multiExpAffine(
          Buffer.concat(bases),
          Buffer.concat(finite.map((i) => coefficients[i] as Uint8Array)),
        );
        return on.G1.eq(committed, combined);
      });
    return { add, holds };
  };

  return {
    backend: 'wasm',
    commit: async (vector) => {
      const wrong = sizeError(vector);
      if (wrong !== undefined) throw wrong;
      const scalars = soundScalars(vector);
      if (scalars === undefined) throw valueError(vector);
      return withCurve(async (on) => encode(await product(scalars, on), on));
    },
    checkOpenings: (openings, read) => checks.run(() => wrongOpenings(begin, openings, read)),
    close: () => {
      closed ??= sums.run(async () => {
        if (curve !== undefined) await releaseCurve(await curve);
      });
      return closed;
    },
  };
}

/** The scalars of a vector; undefined if one is not below the group order, or a limb not below its bound. */
function soundScalars(vector: Vector): Uint8Array | undefined {
  const scalars = scalarsOf(vector);
  return scalars !== undefined && areCanonical(scalars) ? scalars : undefined;
}

/** The point of a commitment; undefined if it is none. */
function pointOf(commitment: Uint8Array): G1Point | undefined {
  try {
    return decodeG1(commitment);
  } catch {
    return undefined;
  }
}

/** A finite point in ffjavascript's affine form. */
function affine(point: G1Point, { F1 }: Curve): Uint8Array {
  const { x, y } = point.toAffine();
  return Buffer.concat([F1.e(x), F1.e(y)]);
}

/** The compressed form of a point of ffjavascript's. */
function encode(point: Uint8Array, { F1, G1 }: Curve): Uint8Array {
  if (G1.isZero(point)) return encodeG1(undefined);
  const coordinates = G1.toAffine(point);
  const [x, y] = [coordinates.slice(0, F1.n8), coordinates.slice(F1.n8, 2 * F1.n8)];
  return encodeG1({ x: F1.toObject(x), y: F1.toObject(y) });
}
