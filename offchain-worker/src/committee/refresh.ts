// SPDX-License-Identifier: Apache-2.0
// Makes the ciphertext that is opened one that no contributor could choose.
//
// A contributor who uploads last could choose its ciphertext so that the sum's c1 is what it likes, a large constant for
// instance, and read the committee's key off the partial decryptions. So members add an encryption of zero to the sum, with
// randomness that everybody knows but nobody knew before the sum was sealed: (b u, a u), for the collective key (b, a) and a
// ternary u drawn by SHAKE128 from a block hash that the chain keeps with the attempt. It opens to the same key sum.
import { shake128 } from '@noble/hashes/sha3.js';
import { KEY_LIMBS } from '@training-ledger/sdk';
import { CommitteeError } from './errors.ts';
import { type KeyPartSum, reduceKeyPart } from './key-part.ts';
import { keyRing } from './key-ring.ts';
import { DATA_PRIMES } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';
import { ternary } from './sampling.ts';

const DOMAIN = new TextEncoder().encode('training-ledger/refresh/v1');
const SEED_BYTES = 32;

/** What a sum is refreshed with. */
export interface Refreshment {
  /** The collective key, as SEAL serialises it. */
  readonly publicKey: Uint8Array;
  /** 32 bytes that the chain fixed after the sum. */
  readonly seed: Uint8Array;
}

/**
 * The key part of a sum plus an encryption of zero. All members and auditors of an attempt get the same.
 * @throws CommitteeError `KEY_PART_MALFORMED`, or `COMMITTEE_INVALID` for a key or seed of another length.
 */
export function refreshKeyPart(sum: KeyPartSum, { publicKey, seed }: Refreshment): KeyPartSum {
  const ring = keyRing();
  if (seed.length !== SEED_BYTES) {
    throw new CommitteeError('COMMITTEE_INVALID', `A seed has ${SEED_BYTES} bytes.`);
  }
  const stream = shake128.create({}).update(DOMAIN).update(seed);
  const u = ring.toNtt(
    ring.fromIntegers(
      ternary(ring.degree, (length) => stream.xof(length)),
      DATA_PRIMES,
    ),
  );
  const halves = keyHalves(ring, publicKey);
  const refreshed = reduceKeyPart(ring, sum).map((half, i) =>
    ring.add(half, ring.fromNtt(ring.multiply(halves[i] as Polynomial, u))),
  );
  const keyPart = new Float64Array(KEY_LIMBS);
  refreshed.forEach((half, i) => {
    keyPart.set(half, i * half.length);
  });
  return { keyPart, contributors: sum.contributors };
}

/** b and a modulo the data primes, in NTT form: the values at the end of SEAL's bytes. */
function keyHalves(ring: Ring, bytes: Uint8Array): [Polynomial, Polynomial] {
  const size = ring.primes.length * ring.degree;
  const header = bytes.length - 2 * size * 8;
  if (header < 0) throw new CommitteeError('COMMITTEE_INVALID', 'A public key has more bytes.');
  const view = new DataView(bytes.buffer, bytes.byteOffset + header);
  const half = (first: number): Polynomial =>
    Float64Array.from({ length: DATA_PRIMES * ring.degree }, (_, i) =>
      Number(view.getBigUint64((first + i) * 8, true)),
    );
  return [half(0), half(size)];
}
