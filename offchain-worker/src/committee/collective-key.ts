// SPDX-License-Identifier: Apache-2.0
// The collective public key: the sum of all dealers' parts, in the form that SEAL reads.
//
// SEAL 4.1, serialised without compression, little-endian: a header (magic 0xA15E, its own size 16, version 4.1, no
// compression, two zero bytes, total size), then the key as a ciphertext: parameters' id (4 words), NTT form, 2 polynomials,
// degree, 3 primes, scale 1.0, correction factor 1, a second header, number of values, values. The tests compare with SEAL.
import type { Hex } from '@training-ledger/runtime-types';
import { checkCommittee } from './committee.ts';
import { commonPolynomials } from './crs.ts';
import { parseDealing } from './dealing.ts';
import { keyRing } from './key-ring.ts';
import type { Polynomial, Ring } from './ring.ts';

/** What SEAL calls the parameters' id of keys: BLAKE2b of scheme, degree, primes and plain modulus of the ring KEY. */
const PARAMETERS_ID = '109f8fd44e3c39ce9c57f831a8a6b2ac36531a80741cc56eff7ccfe9485ed99e';
const HEADER_BYTES = 113;

/** The dealings of a committee. */
export interface CollectiveKeyOptions {
  readonly base: Hex;
  readonly epoch: number;
  readonly threshold: number;
  /** Those of all members, in order of their positions. Every member has checked its own share of each. */
  readonly dealings: readonly Uint8Array[];
}

/**
 * The collective public key. All members get the same bytes.
 * @returns SEAL's serialised public key in the ring KEY.
 * @throws CommitteeError `DEALING_MALFORMED` naming the dealer, or `COMMITTEE_INVALID`.
 */
export function collectivePublicKey(options: CollectiveKeyOptions): Uint8Array {
  const ring = keyRing();
  const halves = [sumOfParts(options, ring), commonPolynomials(ring, options)[0]];
  const values = halves.flatMap((half) => Array.from(half, BigInt));
  const out = new Uint8Array(HEADER_BYTES + values.length * 8);
  out.set(sealHeader(out.length, ring));
  const view = new DataView(out.buffer, HEADER_BYTES);
  values.forEach((value, i) => {
    view.setBigUint64(i * 8, value, true);
  });
  return out;
}

/**
 * b, the sum of the dealers' B_(1,0), in NTT form.
 * @throws CommitteeError as {@link collectivePublicKey}.
 */
export function sumOfParts(
  { base, epoch, threshold, dealings }: CollectiveKeyOptions,
  ring: Ring,
): Polynomial {
  const committee = { base, epoch, threshold, members: dealings.length };
  checkCommittee(committee);
  return dealings
    .map((bytes, i) => parseDealing(committee, i + 1, bytes, ring).relations[0][0] as Polynomial)
    .reduce((sum, part) => ring.add(sum, part));
}

function sealHeader(total: number, { degree, primes }: Ring): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  const start = (at: number, size: number): void => {
    header.set([0x5e, 0xa1, 16, 4, 1, 0], at);
    view.setBigUint64(at + 8, BigInt(size), true);
  };
  start(0, total);
  header.set(Buffer.from(PARAMETERS_ID, 'hex'), 16);
  header[48] = 1;
  view.setBigUint64(49, 2n, true);
  view.setBigUint64(57, BigInt(degree), true);
  view.setBigUint64(65, BigInt(primes.length), true);
  view.setFloat64(73, 1, true);
  view.setBigUint64(81, 1n, true);
  start(89, total - 89);
  view.setBigUint64(105, BigInt(2 * degree * primes.length), true);
  return header;
}
