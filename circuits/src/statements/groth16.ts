// SPDX-License-Identifier: Apache-2.0
// Groth16 over BN254 (eprint 2016/260): arkworks' encodings, as the chain takes them, and a verifier.
import { bn254 } from '@noble/curves/bn254.js';
import { LedgerError } from './errors.ts';
import { isField } from './field.ts';

const { G1, G2, fields } = bn254;
const { Fp, Fp2, Fp12 } = fields;
type G1Point = typeof G1.Point.BASE;
type G2Point = typeof G2.Point.BASE;
type Fp2Element = typeof Fp2.ONE;

/** Bytes of a proof: A (32), B (64), C (32). */
export const PROOF_BYTES = 128;
const INFINITY = 0x40;
const NEGATIVE = 0x80;

/** Bytes are not a proof or a key. */
export class ProofEncodingError extends LedgerError {
  constructor(details: string) {
    super('The bytes are not a Groth16 proof or key over BN254.', { code: 'PROOF_ENCODING', details });
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
 * Whether `proof` proves `publicInputs` under `key`, both in the chain's encoding.
 * @throws ProofEncodingError for bytes that are no proof or key; points are checked for curve and subgroup.
 */
export function verifyGroth16(
  key: Uint8Array,
  publicInputs: readonly bigint[],
  proof: Uint8Array,
): boolean {
  if (proof.length !== PROOF_BYTES) {
    throw new ProofEncodingError(`A proof has ${PROOF_BYTES} bytes, not ${proof.length}.`);
  }
  const alpha = decodeG1(key.subarray(0, 32));
  const [beta, gamma, delta] = [32, 96, 160].map((at) => decodeG2(key.subarray(at, at + 64))) as [
    G2Point,
    G2Point,
    G2Point,
  ];
  const points = decodeInputs(key);
  if (publicInputs.length + 1 !== points.length || !publicInputs.every(isField)) return false;
  const a = decodeG1(proof.subarray(0, 32));
  const b = decodeG2(proof.subarray(32, 96));
  const c = decodeG1(proof.subarray(96));
  const sum = publicInputs.reduce(
    (total, input, i) => (input === 0n ? total : total.add((points[i + 1] as G1Point).multiply(input))),
    points[0] as G1Point,
  );
  const product = bn254.pairingBatch(
    [
      { g1: a, g2: b },
      { g1: alpha.negate(), g2: beta },
      { g1: sum.negate(), g2: gamma },
      { g1: c.negate(), g2: delta },
    ].filter(({ g1, g2 }) => !g1.is0() && !g2.is0()),
  );
  return Fp12.eql(product, Fp12.ONE);
}

function decodeInputs(key: Uint8Array): G1Point[] {
  if (key.length < 232) throw new ProofEncodingError(`A key has at least 232 bytes, not ${key.length}.`);
  const count = Number(new DataView(key.buffer, key.byteOffset + 224, 8).getBigUint64(0, true));
  if (key.length !== 232 + 32 * count) throw new ProofEncodingError('The key has another length than it says.');
  return Array.from({ length: count }, (_, i) => decodeG1(key.subarray(232 + 32 * i, 264 + 32 * i)));
}

function g1FromJson([x, y, z]: readonly string[]): Uint8Array {
  if (BigInt(z as string) === 0n) return infinity(32);
  const [px, py] = [BigInt(x as string), BigInt(y as string)];
  return flagged(bytesOf(px), py > Fp.neg(py));
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

function decodeG1(bytes: Uint8Array): G1Point {
  const { flags, body } = unflag(bytes, 32);
  if (flags === INFINITY) return G1.Point.ZERO;
  const x = baseElement(body);
  return onCurve(() => {
    const root = Fp.sqrt(Fp.add(Fp.pow(x, 3n), 3n));
    const isNegative = root > Fp.neg(root);
    const point = G1.Point.fromAffine({ x, y: isNegative === (flags === NEGATIVE) ? root : Fp.neg(root) });
    point.assertValidity();
    return point;
  });
}

function decodeG2(bytes: Uint8Array): G2Point {
  const { flags, body } = unflag(bytes, 64);
  if (flags === INFINITY) return G2.Point.ZERO;
  const x = Fp2.create({ c0: baseElement(body.subarray(0, 32)), c1: baseElement(body.subarray(32)) });
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
