// SPDX-License-Identifier: Apache-2.0
// Commitments add up, and nothing else is taken for one.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addCommitments,
  subtractCommitments,
  VECTOR_COMMITMENT_BYTES,
} from './vector-commitments.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const known = JSON.parse(
  readFileSync(
    new URL('../../../circuits/vectors/vector-commitments.json', import.meta.url),
    'utf8',
  ),
);
const [g0, g1, g2] = known.generators.map(bytes);
const infinity = bytes(`${'00'.repeat(31)}40`);
const of = (...scalars: string[]): Uint8Array =>
  bytes(
    known.commitments.find((one: { scalars: string[] }) => one.scalars.join() === scalars.join())
      .commitment,
  );
const minusOne = '21888242871839275222246405745257275088548364400416034343698204186575808495616';

describe('commitments', () => {
  it('add up to known answers', () => {
    expect(addCommitments(Array(7).fill(g2))).toEqual(of('0', '0', '7'));
    expect(addCommitments([g0, of(minusOne)])).toEqual(infinity);
    expect(subtractCommitments(infinity, g0)).toEqual(of(minusOne));
  });

  it('of nothing add up to the point at infinity, which changes nothing', () => {
    expect(addCommitments([])).toEqual(infinity);
    expect(addCommitments([infinity, infinity])).toEqual(infinity);
    expect(addCommitments([infinity, g1])).toEqual(g1);
    expect(subtractCommitments(g1, infinity)).toEqual(g1);
    expect(subtractCommitments(g1, g1)).toEqual(infinity);
    expect(infinity).toHaveLength(VECTOR_COMMITMENT_BYTES);
  });

  it('are added in any order, and subtracted again', () => {
    const sum = addCommitments([g0, g1, g2]);
    expect(addCommitments([g2, g0, g1])).toEqual(sum);
    expect(subtractCommitments(sum, g1)).toEqual(addCommitments([g0, g2]));
  });

  it.each([
    ['no bytes', ''],
    ['fewer bytes', '01'.repeat(31)],
    ['more bytes', `${'00'.repeat(31)}4000`],
    ['both flags', `${'00'.repeat(31)}c0`],
    ['a point at infinity with a coordinate', `01${'00'.repeat(30)}40`],
    ['a coordinate of no point', `04${'00'.repeat(31)}`],
    ['a coordinate that is not reduced', `${'ff'.repeat(31)}3f`],
  ])('are not %s', (_, text) => {
    const error = expect.objectContaining({
      name: 'VectorCommitmentError',
      code: 'VECTOR_COMMITMENT_ENCODING',
    });
    const wrong = bytes(text);
    for (const attempt of [
      () => addCommitments([g0, wrong]),
      () => subtractCommitments(wrong, g0),
      () => subtractCommitments(g0, wrong),
    ]) {
      expect(attempt).toThrow(error);
    }
  });
});
