// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkBaseId, maskPolynomial, type Shake128 } from './mask-crs.ts';
import { MASK } from './parameters.ts';

const code = (value: string) => expect.objectContaining({ code: value });

const BASE = Uint8Array.from({ length: 32 }, (_, i) => i);
const openssl: Shake128 = (message, bytes) =>
  createHash('shake128', { outputLength: bytes }).update(message).digest();

describe('the common polynomials', () => {
  it('are the output of SHAKE128, five bytes a value, below the prime', () => {
    for (const prime of [0, 1] as const) {
      const message = Buffer.concat([
        Buffer.from('training-ledger/mask/v1'),
        BASE,
        Buffer.from([2, 1, 0, 0, prime]),
      ]);
      const stream = createHash('shake128', { outputLength: 5 * 5_000 })
        .update(message)
        .digest();
      const values = Array.from(
        { length: 5_000 },
        (_, i) => stream.readUIntLE(5 * i, 5) % 2 ** 36,
      ).filter((value) => value < MASK.primes[prime]);
      expect([...maskPolynomial(BASE, 258, prime)]).toEqual(values.slice(0, 4_096));
    }
  });

  it('are the same by any SHAKE128, and others for any other base, block or prime', () => {
    const one = maskPolynomial(BASE, 0, 0);
    expect(maskPolynomial(BASE, 0, 0, openssl)).toEqual(one);
    expect(maskPolynomial(BASE.toReversed(), 0, 0)).not.toEqual(one);
    expect(maskPolynomial(BASE, 1, 0)).not.toEqual(one);
    expect(maskPolynomial(BASE, 0, 1)).not.toEqual(one);
  });

  it('leave out values that are not below the prime, and draw on', () => {
    const [prime] = MASK.primes;
    let drawn = 0;
    // A stream that begins with 100 refused values, the first of them the prime itself.
    const late: Shake128 = (_, bytes) => {
      drawn = bytes / 5;
      const stream = Buffer.alloc(bytes);
      for (let i = 0; i < drawn; i++) {
        stream.writeUIntLE(i === 0 ? prime : i < 100 ? 2 ** 36 - i : prime - 1, 5 * i, 5);
      }
      return stream;
    };
    expect([...maskPolynomial(BASE, 0, 0, late)]).toEqual(Array(4_096).fill(prime - 1));
    expect(drawn).toBeGreaterThan(4_196);
  });

  it('belong to an id of 32 bytes and a block of 32 bits', () => {
    expect(() => checkBaseId(BASE.slice(1))).toThrow(code('ARGUMENT_INVALID'));
    expect(() => maskPolynomial(BASE.slice(1), 0, 0)).toThrow(code('ARGUMENT_INVALID'));
    for (const block of [-1, 0.5, 2 ** 32]) {
      expect(() => maskPolynomial(BASE, block, 0)).toThrow(code('ARGUMENT_INVALID'));
    }
  });
});
