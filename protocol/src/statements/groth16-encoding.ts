// SPDX-License-Identifier: Apache-2.0
// arkworks' compressed encodings of Groth16 proofs and keys over BN254, as the chain takes them: x little-endian, and in
// the last byte two flags (0x80: y is the larger root, 0x40: the point at infinity).
import '@training-ledger/runtime-types/require-node';

import { bn254 } from '@noble/curves/bn254.js';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';

const { G1, G2, fields } = bn254;
const { Fp, Fp2 } = fields;
export type G1Point = typeof G1.Point.BASE;
export type G2Point = typeof G2.Point.BASE;
type Fp2Element = typeof Fp2.ONE;

/** Bytes of a proof: A (32), B (64), C (32). */
export const PROOF_BYTES = 128;
/** Bytes of a key before the points of its inputs: alpha (32), beta, gamma, delta (64 each), their number (8). */
const KEY_HEAD = 232;
const INFINITY = 0x40;
const NEGATIVE = 0x80;

/** Bytes are not a proof or a key. */
export class ProofEncodingError extends LedgerError {
  constructor(details: string) {
    super('The bytes are not a Groth16 proof or key over BN254.', {
      code: 'PROOF_ENCODING',
      details,
    });
  }
}

/** A proof as snarkjs gives it: projective coordinates in decimal. */
export interface JsonProof {
  readonly pi_a: readonly string[];
  readonly pi_b: readonly (readonly string[])[];
  readonly pi_c: readonly string[];
}

/** A verifying key as snarkjs gives it. */
export interface JsonVerifyingKey {
  readonly vk_alpha_1: readonly string[];
  readonly vk_beta_2: readonly (readonly string[])[];
  readonly vk_gamma_2: readonly (readonly string[])[];
  readonly vk_delta_2: readonly (readonly string[])[];
  readonly IC: readonly (readonly string[])[];
}

/** The chain's 128 bytes of a proof. */
export function encodeProof({ pi_a, pi_b, pi_c }: JsonProof): Uint8Array {
  return concat([g1FromJson(pi_a), g2FromJson(pi_b), g1FromJson(pi_c)]);
}

/** The bytes under which a verifying key is registered. */
export function encodeVerifyingKey(key: JsonVerifyingKey): Uint8Array {
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigUint64(0, BigInt(key.IC.length), true);
  return concat([
    g1FromJson(key.vk_alpha_1),
    g2FromJson(key.vk_beta_2),
    g2FromJson(key.vk_gamma_2),
    g2FromJson(key.vk_delta_2),
    count,
    ...key.IC.map(g1FromJson),
  ]);
}

/**
 * The points of the chain's 128 bytes of a proof.
 * @throws ProofEncodingError for another length, or a point that is not canonical, on the curve and in its subgroup.
 */
export function decodePoints(proof: Uint8Array): { a: G1Point; b: G2Point; c: G1Point } {
  if (proof.length !== PROOF_BYTES) {
    throw new ProofEncodingError(`A proof has ${PROOF_BYTES} bytes, not ${proof.length}.`);
  }
  return {
    a: decodeG1(proof.subarray(0, 32)),
    b: decodeG2(proof.subarray(32, 96)),
    c: decodeG1(proof.subarray(96)),
  };
}

/**
 * A proof in the form that snarkjs verifies: the inverse of {@link encodeProof}.
 * @throws ProofEncodingError as {@link decodePoints}.
 */
export function decodeProof(proof: Uint8Array): JsonProof & { protocol: string; curve: string } {
  const { a, b, c } = decodePoints(proof);
  return {
    pi_a: g1ToJson(a),
    pi_b: g2ToJson(b),
    pi_c: g1ToJson(c),
    protocol: 'groth16',
    curve: 'bn128',
  };
}

/** Points of a verifying key. */
export interface VerifyingKeyPoints {
  readonly alpha: G1Point;
  readonly beta: G2Point;
  readonly gamma: G2Point;
  readonly delta: G2Point;
  /** One for the constant, then one for each public input. */
  readonly inputs: readonly [G1Point, ...G1Point[]];
}

/**
 * The points of a registered verifying key.
 * @throws ProofEncodingError for another length than the key says, or a point that is not canonical, on the curve, in its
 * subgroup and finite: with one at infinity a proof would not be bound to what it proves.
 */
export function decodeVerifyingKey(key: Uint8Array): VerifyingKeyPoints {
  if (key.length < KEY_HEAD + 32) {
    throw new ProofEncodingError(`A key has at least ${KEY_HEAD + 32} bytes, not ${key.length}.`);
  }
  const count = new DataView(key.buffer, key.byteOffset + KEY_HEAD - 8, 8).getBigUint64(0, true);
  if (BigInt(key.length) !== BigInt(KEY_HEAD) + 32n * count) {
    throw new ProofEncodingError('The key has another length than it says.');
  }
  const g1 = (at: number): G1Point => finite(decodeG1(key.subarray(at, at + 32)));
  const g2 = (at: number): G2Point => finite(decodeG2(key.subarray(at, at + 64)));
  const inputs = Array.from({ length: Number(count) - 1 }, (_, i) => g1(KEY_HEAD + 32 * (i + 1)));
  return {
    alpha: g1(0),
    beta: g2(32),
    gamma: g2(96),
    delta: g2(160),
    inputs: [g1(KEY_HEAD), ...inputs],
  };
}

function finite<Point extends { is0(): boolean }>(point: Point): Point {
  if (point.is0()) throw new ProofEncodingError('A point of the key is at infinity.');
  return point;
}

function g1ToJson(point: G1Point): string[] {
  if (point.is0()) return ['0', '1', '0'];
  const { x, y } = point.toAffine();
  return [String(x), String(y), '1'];
}

function g2ToJson(point: G2Point): string[][] {
  const pair = ({ c0, c1 }: Fp2Element): string[] => [String(c0), String(c1)];
  if (point.is0()) return [pair(Fp2.ZERO), pair(Fp2.ONE), pair(Fp2.ZERO)];
  const { x, y } = point.toAffine();
  return [pair(x), pair(y), pair(Fp2.ONE)];
}

function g1FromJson([x, y, z]: readonly string[]): Uint8Array {
  if (BigInt(z as string) === 0n) return infinity(32);
  return encodeG1({ x: BigInt(x as string), y: BigInt(y as string) });
}

/** The 32 bytes of a point of G1; undefined stands for the point at infinity. */
export function encodeG1(
  point: { readonly x: bigint; readonly y: bigint } | undefined,
): Uint8Array {
  return point === undefined ? infinity(32) : flagged(bytesOf(point.x), point.y > Fp.neg(point.y));
}

function g2FromJson([x, y, z]: readonly (readonly string[])[]): Uint8Array {
  const [zx, zy] = z as [string, string];
  if (BigInt(zx) === 0n && BigInt(zy) === 0n) return infinity(64);
  const [[x0, x1], [y0, y1]] = [x, y].map((pair) => (pair as string[]).map(BigInt)) as [
    [bigint, bigint],
    [bigint, bigint],
  ];
  return flagged(concat([bytesOf(x0), bytesOf(x1)]), isLarger({ c0: y0, c1: y1 }));
}

/** arkworks orders elements of the extension by c1, then c0. */
function isLarger(y: Fp2Element): boolean {
  const negative = Fp2.neg(y);
  return y.c1 === negative.c1 ? y.c0 > negative.c0 : y.c1 > negative.c1;
}

/**
 * The point of G1 of 32 bytes: the inverse of {@link encodeG1}.
 * @throws ProofEncodingError if they are not the encoding of a point on the curve.
 */
export function decodeG1(bytes: Uint8Array): G1Point {
  const { flags, body } = unflag(bytes, 32);
  if (flags === INFINITY) return G1.Point.ZERO;
  const x = baseElement(body);
  return onCurve(() => {
    const root = Fp.sqrt(Fp.add(Fp.pow(x, 3n), 3n));
    const isNegative = root > Fp.neg(root);
    const point = G1.Point.fromAffine({
      x,
      y: isNegative === (flags === NEGATIVE) ? root : Fp.neg(root),
    });
    point.assertValidity();
    return point;
  });
}

function decodeG2(bytes: Uint8Array): G2Point {
  const { flags, body } = unflag(bytes, 64);
  if (flags === INFINITY) return G2.Point.ZERO;
  const x = Fp2.create({
    c0: baseElement(body.subarray(0, 32)),
    c1: baseElement(body.subarray(32)),
  });
  return onCurve(() => {
    const b = G2.Point.CURVE().b;
    const root = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
    const point = G2.Point.fromAffine({
      x,
      y: isLarger(root) === (flags === NEGATIVE) ? root : Fp2.neg(root),
    });
    // Checks the curve's equation and the subgroup.
    point.assertValidity();
    return point;
  });
}

function onCurve<Point>(decode: () => Point): Point {
  try {
    return decode();
  } catch {
    throw new ProofEncodingError('A point is off the curve or outside its subgroup.');
  }
}

function unflag(bytes: Uint8Array, length: number): { flags: number; body: Uint8Array } {
  if (bytes.length !== length) throw new ProofEncodingError('The bytes end early.');
  const body = bytes.slice();
  const last = body[length - 1] as number;
  const flags = last & (INFINITY | NEGATIVE);
  body[length - 1] = last & ~(INFINITY | NEGATIVE);
  if (flags === (INFINITY | NEGATIVE) || (flags === INFINITY && body.some((byte) => byte !== 0))) {
    throw new ProofEncodingError('A point is not canonically encoded.');
  }
  return { flags, body };
}

function baseElement(bytes: Uint8Array): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (value >= Fp.ORDER) throw new ProofEncodingError('A coordinate is not below the modulus.');
  return value;
}

function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

function flagged(bytes: Uint8Array, negative: boolean): Uint8Array {
  if (negative) bytes[bytes.length - 1] = (bytes.at(-1) as number) | NEGATIVE;
  return bytes;
}

function infinity(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[length - 1] = INFINITY;
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
