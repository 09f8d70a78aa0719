// SPDX-License-Identifier: Apache-2.0
// Known answers in a small ring; test/vectors/committee.py computes the same without this code.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex } from '@training-ledger/sdk';
import { describe, expect, it } from 'vitest';
import type { DealtShare } from './check-dealing.ts';
import { commonPolynomials } from './crs.ts';
import { writePolynomial } from './limb-bits.ts';
import { memberKey } from './member-key.ts';
import { nameWrongShares } from './name-wrong-shares.ts';
import { openKeySum } from './open-key-sum.ts';
import { KEY_RING } from './parameters.ts';
import { parsePartialDecryption, partialDecryption } from './partial-decryption.ts';
import { type Polynomial, Ring } from './ring.ts';
import type { RandomSource } from './sampling.ts';
import { isBound, share } from './sharing.ts';

const file = new URL('../../../test/vectors/committee.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8'));
const { base, epoch, threshold, members, contributors } = vectors;
const ring = new Ring({ degree: vectors.degree, primes: KEY_RING.primes });
const sum = { contributors, keyPart: Float64Array.from(vectors.keyPart) };

/** Bytes of SHAKE256 of a label, read one after another. */
function stream(label: string): RandomSource {
  const bytes = createHash('shake256', { outputLength: 2 ** 17 })
    .update(label)
    .digest();
  let at = 0;
  return (length) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
}

const hex = (polynomial: Polynomial): string =>
  Buffer.from(writePolynomial(ring, polynomial)).toString('hex');
const common = commonPolynomials(ring, { base, epoch });
const dealt = Array.from({ length: members }, (_, i) =>
  share(ring, common, { members, threshold }, stream(`committee vectors: dealer ${i + 1}`)),
);

/** A member's key of its shares of all dealings. */
function keyOf(member: number): Uint8Array {
  const shares = dealt.map(({ shares: all }, i): DealtShare => {
    const value = all[member - 1] as Polynomial;
    return { base, epoch, threshold, members, dealer: i + 1, member, value };
  });
  return memberKey(shares, ring);
}

describe('known answers', () => {
  it('common polynomials', () => {
    expect(common.map(hex)).toEqual(vectors.common);
  });

  it('dealings and the collective key', () => {
    const found = dealt.map(({ relations, shares }) => ({
      relations: relations.map((row) => row.map(hex)),
      shares: shares.map(hex),
    }));
    expect(found).toEqual(vectors.dealings);
    const parts = dealt.map(({ relations }) => relations[0][0] as Polynomial);
    expect(hex(parts.reduce((all, part) => ring.add(all, part)))).toBe(vectors.collective);
    for (const { relations, shares } of dealt) {
      shares.forEach((own, i) => {
        expect(isBound(ring, common, relations, i + 1, own)).toBe(true);
      });
    }
  });

  it('partial decryptions and what they open to', () => {
    const opened = vectors.attempts.map(
      ({
        attempt,
        positions,
        shares,
      }: {
        attempt: number;
        positions: number[];
        shares: string[];
      }) =>
        positions.map((position, i) => {
          const random = stream(`committee vectors: attempt ${attempt}, member ${position}`);
          const part = { attempt, position, positions };
          const options = { ...part, sum, memberKey: keyOf(position) };
          const bytes = partialDecryption(options, random, ring);
          expect(bytes).toEqual(fromHex(`0x${shares[i]}`));
          return parsePartialDecryption(bytes, part, ring);
        }),
    );
    for (const shares of opened) {
      expect([...openKeySum({ sum, shares }, ring)]).toEqual(vectors.keySum);
    }
    expect(nameWrongShares({ shares: opened[0] }, opened[1], ring)).toEqual([]);
  });
});
