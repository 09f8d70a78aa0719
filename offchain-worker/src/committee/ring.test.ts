// SPDX-License-Identifier: Apache-2.0
import { DEGREE, KEY } from '@training-ledger/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyRing } from './key-ring.ts';
import { inverseMod, mulMod, powMod } from './modular.ts';
import { KEY_RING } from './parameters.ts';
import { Ring } from './ring.ts';
import { systemRandom, uniform } from './sampling.ts';
import { sealOfKeys } from './seal.test.helper.ts';

describe('the ring of keys', () => {
  it("has SEAL's primes", async () => {
    const { parameters } = await sealOfKeys();
    const modulus = parameters.coeffModulus();
    const primes = Array.from({ length: modulus.size() }, (_, i) => modulus.get(i)?.value());
    expect(primes).toEqual(KEY_RING.primes.map(BigInt));
  });

  it('transforms as SEAL does, byte for byte', async () => {
    const { seal, context, save } = await sealOfKeys();
    const generator = new seal.KeyGenerator(context);
    const encryptor = new seal.Encryptor(context, generator.createPublicKey());
    const evaluator = new seal.Evaluator(context);
    const ciphertext = new seal.Ciphertext();
    encryptor.encryptZero(ciphertext);
    const limbs = () =>
      Float64Array.from(new BigUint64Array(save(ciphertext).slice(113).buffer), Number);
    const before = limbs();
    evaluator.cipherTransformToNttInplace(ciphertext);
    const after = limbs();
    const ring = keyRing();
    for (const half of [0, 2 * DEGREE]) {
      const coefficients = before.slice(half, half + 2 * DEGREE);
      const values = after.slice(half, half + 2 * DEGREE);
      expect(ring.toNtt(coefficients)).toEqual(values);
      expect(ring.fromNtt(values)).toEqual(coefficients);
    }
    // The third prime: SEAL's secret key in NTT form is one of small coefficients in all three.
    const secret = save(generator.secretKey()).slice(88);
    const key = Float64Array.from(new BigUint64Array(secret.buffer), Number);
    const plain = ring.fromNtt(key);
    for (let i = 0; i < DEGREE; i++) {
      const signs = ring.primes.map((p, l) => {
        const value = plain[l * DEGREE + i] as number;
        return value === p - 1 ? -1 : value;
      });
      expect([-1, 0, 1]).toContain(signs[0]);
      expect(new Set(signs).size).toBe(1);
    }
    expect(ring.toNtt(plain)).toEqual(key);
  });

  it('multiplies polynomials modulo X^N + 1', () => {
    const ring = new Ring({ degree: 16, primes: KEY_RING.primes });
    const random = systemRandom();
    const [a, b] = [uniform(ring, random), uniform(ring, random)];
    const product = ring.fromNtt(ring.multiply(ring.toNtt(a), ring.toNtt(b)));
    ring.primes.forEach((prime, l) => {
      const p = BigInt(prime);
      const expected = new Array<bigint>(16).fill(0n);
      for (let i = 0; i < 16; i++) {
        for (let j = 0; j < 16; j++) {
          const term = BigInt(a[16 * l + i] as number) * BigInt(b[16 * l + j] as number);
          const at = (i + j) % 16;
          expected[at] = ((expected[at] as bigint) + (i + j < 16 ? term : p * p - term)) % p;
        }
      }
      expect(Array.from(product.slice(16 * l, 16 * l + 16), BigInt)).toEqual(expected);
    });
  });

  it('multiplies residues exactly', () => {
    for (const p of [...KEY_RING.primes, KEY.primes[0]]) {
      const value = fc.oneof(fc.bigInt(0n, BigInt(p - 1)), fc.constantFrom(0n, 1n, BigInt(p - 1)));
      fc.assert(
        fc.property(value, value, (a, b) => {
          expect(mulMod(Number(a), Number(b), p)).toBe(Number((a * b) % BigInt(p)));
        }),
        { numRuns: 2000 },
      );
      expect(powMod(3, p - 1, p)).toBe(1);
      expect(mulMod(inverseMod(12_345, p), 12_345, p)).toBe(1);
    }
  });
});
