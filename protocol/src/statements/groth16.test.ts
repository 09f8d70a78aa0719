// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_ORDER, fieldFromBytes } from './field.ts';
import { verifyGroth16 } from './groth16.ts';
import {
  decodeProof,
  encodeProof,
  encodeVerifyingKey,
  type JsonVerifyingKey,
  PROOF_BYTES,
} from './groth16-encoding.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const fixture = read('../../../circuits/vectors/groth16-fixture.json');
const key = hex(fixture.verifyingKey);
const proof = hex(fixture.proof);
const inputs: bigint[] = fixture.publicInputs.map((input: string) => fieldFromBytes(hex(input)));

const ENCODING = expect.objectContaining({ name: 'ProofEncodingError', code: 'PROOF_ENCODING' });
const { G1, G2 } = bn254;
const { Fp, Fp2 } = bn254.fields;
const little = (value: bigint): Uint8Array => hex(value.toString(16).padStart(64, '0')).reverse();
/** The proof with bytes written over it. */
const patched = (at: number, bytes: Uint8Array, base = proof): Uint8Array => {
  const copy = base.slice();
  copy.set(bytes, at);
  return copy;
};
const infinity = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes[length - 1] = 0x40;
  return bytes;
};
const A = 0;
const B = 32;
const C = 96;

describe('the fixture', () => {
  it('is a proof under the shipped key', () => {
    const json = read('../../../circuits/keys/ownership/verification_key.json') as JsonVerifyingKey;
    expect(encodeVerifyingKey(json)).toEqual(key);
    expect(verifyGroth16(key, inputs, proof)).toBe(true);
  });

  it.each([0, 1, 2])('proves nothing else: public input %i', (at) => {
    for (const value of [0n, FIELD_ORDER - 1n, (inputs[at] as bigint) ^ 1n]) {
      expect(verifyGroth16(key, inputs.with(at, value), proof)).toBe(false);
    }
    // The same residue in another encoding.
    const wrapped = (inputs[at] as bigint) + FIELD_ORDER;
    expect(verifyGroth16(key, inputs.with(at, wrapped), proof)).toBe(false);
  });

  it('has three public inputs', () => {
    expect(verifyGroth16(key, inputs.slice(1), proof)).toBe(false);
    expect(verifyGroth16(key, [...inputs, 0n], proof)).toBe(false);
  });
});

describe('the encoding of proofs', () => {
  it('loses nothing', () => {
    const scalar = fc.bigInt({ min: 1n, max: FIELD_ORDER - 1n });
    fc.assert(
      fc.property(scalar, scalar, scalar, (a, b, c) => {
        const [pa, pc] = [a, c].map((k) => G1.Point.BASE.multiply(k).toAffine());
        const pb = G2.Point.BASE.multiply(b).toAffine();
        const pair = ({ c0, c1 }: { c0: bigint; c1: bigint }) => [String(c0), String(c1)];
        const json = {
          pi_a: [String(pa?.x), String(pa?.y), '1'],
          pi_b: [pair(pb.x), pair(pb.y), ['1', '0']],
          pi_c: [String(pc?.x), String(pc?.y), '1'],
        };
        const bytes = encodeProof(json);
        expect(bytes).toHaveLength(PROOF_BYTES);
        expect(decodeProof(bytes)).toEqual({ ...json, protocol: 'groth16', curve: 'bn128' });
      }),
      { numRuns: 10 },
    );
  });

  it('has one form of each proof: decoded and encoded again it is the same', () => {
    expect(encodeProof(decodeProof(proof))).toEqual(proof);
    const other = patched(A, infinity(32), patched(B, infinity(64)));
    expect(encodeProof(decodeProof(other))).toEqual(other);
  });

  it('writes -y of a point with another flag', () => {
    const flipped = patched(A + 31, Uint8Array.of((proof[A + 31] as number) ^ 0x80));
    const [x, y] = decodeProof(proof).pi_a.map(BigInt) as [bigint, bigint];
    expect(decodeProof(flipped).pi_a.map(BigInt)).toEqual([x, Fp.neg(y), 1n]);
    expect(verifyGroth16(key, inputs, flipped)).toBe(false);
  });
});

/** The first x from 1 on without a point. */
function offCurve(): bigint {
  for (let x = 1n; ; x++) {
    const square = Fp.add(Fp.pow(x, 3n), 3n);
    if (Fp.pow(square, (Fp.ORDER - 1n) / 2n) !== 1n) return x;
  }
}

/** x of a point on the curve over the extension field that is not in the subgroup. */
function outsideSubgroup(): Uint8Array {
  for (let c0 = 1n; ; c0++) {
    const x = { c0, c1: 0n };
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b));
      if (!G2.Point.fromAffine({ x, y }).isTorsionFree()) {
        return Uint8Array.from([...little(c0), ...little(0n)]);
      }
    } catch {
      // No point has this x.
    }
  }
}

describe('bytes that are no proof', () => {
  const rejected: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    'one byte short': proof.subarray(1),
    'one byte long': Uint8Array.from([...proof, 0]),
    'A off the curve': patched(A, little(offCurve())),
    'C off the curve': patched(C, little(offCurve())),
    'B outside its subgroup': patched(B, outsideSubgroup()),
    'x of A is the modulus': patched(A, little(Fp.ORDER)),
    'x of A as x plus the modulus': patched(A, little(1n + Fp.ORDER)),
    'first part of B is the modulus': patched(B, little(Fp.ORDER)),
    'second part of B is the modulus': patched(B + 32, little(Fp.ORDER)),
    'A with both flags': patched(A + 31, Uint8Array.of(0xc0)),
    'A at infinity with an x': patched(A, Uint8Array.from([1, ...infinity(32).subarray(1)])),
    'B at infinity with an x': patched(B, Uint8Array.from([1, ...infinity(64).subarray(1)])),
  };
  it.each(Object.entries(rejected))('%s', (_, bytes) => {
    expect(() => decodeProof(bytes)).toThrow(ENCODING);
    expect(() => verifyGroth16(key, inputs, bytes)).toThrow(ENCODING);
  });

  it('points at infinity are points, but prove nothing', () => {
    for (const at of [A, C]) {
      expect(verifyGroth16(key, inputs, patched(at, infinity(32)))).toBe(false);
    }
    expect(verifyGroth16(key, inputs, patched(B, infinity(64)))).toBe(false);
    const nothing = patched(A, infinity(32), patched(B, infinity(64), patched(C, infinity(32))));
    expect(verifyGroth16(key, inputs, nothing)).toBe(false);
  });

  it('whatever the bytes, the answer is no or the encoding error', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: PROOF_BYTES - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const bytes = patched(at, Uint8Array.of((proof[at] as number) ^ change));
          let held: unknown;
          try {
            held = verifyGroth16(key, inputs, bytes);
          } catch (error) {
            expect(error).toEqual(ENCODING);
          }
          expect(held).not.toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('bytes that are no verifying key', () => {
  const rejected: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    'without points of inputs': patched(224, new Uint8Array(8), key.slice(0, 232)),
    'shorter than it says': key.subarray(0, key.length - 32),
    'longer than it says': Uint8Array.from([...key, ...key.subarray(0, 32)]),
    'a huge number of inputs': patched(224, new Uint8Array(8).fill(0xff), key),
    'alpha off the curve': patched(0, little(offCurve()), key),
    'alpha at infinity': patched(0, infinity(32), key),
    'beta at infinity': patched(32, infinity(64), key),
    'gamma outside its subgroup': patched(96, outsideSubgroup(), key),
    'delta at infinity': patched(160, infinity(64), key),
    'point of an input at infinity': patched(232 + 32, infinity(32), key),
  };
  it.each(Object.entries(rejected))('%s', (_, bytes) => {
    expect(() => verifyGroth16(bytes, inputs, proof)).toThrow(ENCODING);
  });

  it('says where it is a part of a larger buffer', () => {
    const shifted = Uint8Array.from([0, 0, 0, ...key]).subarray(3);
    expect(verifyGroth16(shifted, inputs, proof)).toBe(true);
  });
});
