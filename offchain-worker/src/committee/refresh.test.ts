// SPDX-License-Identifier: Apache-2.0
import { DEGREE, KEY, KEY_LIMBS } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import { oneTimeKeys, readyCommittee, refusal, sumOf } from './committee.test.helper.ts';
import { centerBig, dataModulus, joinResidues } from './data-modulus.ts';
import type { KeyPartSum } from './key-part.ts';
import { keyRing } from './key-ring.ts';
import { openKeySum } from './open-key-sum.ts';
import { refreshKeyPart } from './refresh.ts';
import { sealEncryptor } from './seal.test.helper.ts';

const ring = keyRing();
const committee = readyCommittee(2, 2);
const seed = new Uint8Array(32).fill(7);
const refresh = (sum: KeyPartSum): KeyPartSum =>
  refreshKeyPart(sum, { publicKey: committee.publicKey, seed });

/** What the shares of an attempt add up to, divided by a power of two and rounded: coefficients modulo q. */
function shownBy(sum: KeyPartSum, bits: bigint): bigint[] {
  const total = committee
    .attempt(sum, 0, [1, 2])
    .reduce((all, { value }) => ring.add(all, value), ring.zero(2));
  const q = dataModulus(ring);
  return joinResidues(ring, total).map((value) => {
    const centred = centerBig(value, q);
    return (centred + (1n << (bits - 1n))) >> bits;
  });
}

describe('refreshing a sum', () => {
  it('changes both polynomials and opens to the same', async () => {
    const { encryptSum } = await sealEncryptor(committee.publicKey);
    const keys = oneTimeKeys(3, DEGREE);
    const sum = { keyPart: encryptSum(keys), contributors: 3 };
    const fresh = refresh(sum);
    for (const at of [0, DEGREE, 2 * DEGREE, 3 * DEGREE]) {
      expect(fresh.keyPart[at]).not.toBe(sum.keyPart[at]);
    }
    expect(refresh(sum)).toEqual(fresh);
    const opened = openKeySum({ sum: fresh, shares: committee.attempt(fresh, 0, [1, 2]) });
    expect(opened).toEqual(sumOf(keys));
  });

  it('takes from a contributor the choice of what is decrypted', () => {
    // c1 = 2^80: the shares add up to 2^81 times the committee's key, plus errors below 2^72.
    const keyPart = new Float64Array(KEY_LIMBS);
    KEY.primes.forEach((prime, l) => {
      keyPart[(2 + l) * DEGREE] = Number((1n << 80n) % BigInt(prime));
    });
    const crafted = { keyPart, contributors: 2 };
    const isKey = (shown: readonly bigint[]): boolean => shown.every((x) => x >= -2n && x <= 2n);
    expect(isKey(shownBy(crafted, 81n))).toBe(true);
    expect(isKey(shownBy(refresh(crafted), 81n))).toBe(false);
  });

  it('takes a seed and a key of the right size', () => {
    const sum = { keyPart: new Float64Array(KEY_LIMBS), contributors: 1 };
    const { publicKey } = committee;
    for (const wrong of [
      { publicKey, seed: seed.slice(1) },
      { publicKey: publicKey.slice(200), seed },
    ]) {
      expect(refusal(() => refreshKeyPart(sum, wrong)).code).toBe('COMMITTEE_INVALID');
    }
  });
});
