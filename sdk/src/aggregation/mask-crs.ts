// SPDX-License-Identifier: Apache-2.0
// The common random polynomials that one-time keys are multiplied by. They are public, follow from the base model's id, and
// are the same for every member of a federation, which is what lets masks add up to the mask of the summed keys.
import { shake128 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@training-ledger/protocol';
import { SdkError } from '../errors.ts';
import { DEGREE, MASK } from './parameters.ts';

/** SHAKE128 (FIPS 202) of a message, with so many bytes of output. */
export type Shake128 = (message: Uint8Array, bytes: number) => Uint8Array;

const portableShake128: Shake128 = (message, bytes) => shake128(message, { dkLen: bytes });

const DOMAIN = utf8ToBytes('training-ledger/mask/v1');
const VALUE_BYTES = 5;
const WORD = 2 ** 32;
/** About one value in 200,000 is refused: 32 more than a polynomial needs are nearly always enough. */
const SPARE = 32;

/**
 * Checks a base model's id: 32 bytes.
 * @throws SdkError `ARGUMENT_INVALID`.
 */
export function checkBaseId(base: Uint8Array): void {
  if (base.length === 32) return;
  throw new SdkError('ARGUMENT_INVALID', "A base model's id has 32 bytes.", {
    details: `Got ${base.length}.`,
  });
}

/**
 * Polynomial of a block modulo one of the two primes of MASK, uniform and in NTT form (SEAL's order): SHAKE128 over
 * "training-ledger/mask/v1", base id, block (4 bytes, little-endian) and prime index (1 byte); five bytes little-endian a
 * value, of which the lowest 36 bits count, and values that are not below the prime are left out.
 * @param base The base model's id, 32 bytes.
 * @param shake A faster SHAKE128 than the portable one, if there is one.
 * @throws SdkError `ARGUMENT_INVALID`.
 */
export function maskPolynomial(
  base: Uint8Array,
  block: number,
  primeIndex: 0 | 1,
  shake: Shake128 = portableShake128,
): Float64Array {
  checkBaseId(base);
  if (!Number.isInteger(block) || block < 0 || block >= WORD) {
    throw new SdkError('ARGUMENT_INVALID', 'A block is numbered with 32 bits.');
  }
  const place = new Uint8Array(5);
  new DataView(place.buffer).setUint32(0, block, true);
  place[4] = primeIndex;
  const message = concatBytes(DOMAIN, base, place);
  const prime = MASK.primes[primeIndex];
  const values = new Float64Array(DEGREE);
  for (let draws = DEGREE + SPARE; ; draws *= 2) {
    // More of the same output begins with what was there before.
    const stream = shake(message, draws * VALUE_BYTES);
    const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
    let found = 0;
    for (let at = 0; at < stream.length && found < DEGREE; at += VALUE_BYTES) {
      const value = view.getUint32(at, true) + (view.getUint8(at + 4) & 15) * WORD;
      if (value < prime) values[found++] = value;
    }
    if (found === DEGREE) return values;
  }
}
