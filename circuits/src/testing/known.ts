// SPDX-License-Identifier: GPL-3.0-only
// The known answers of `zkpot` as statements.
import { readFileSync } from 'node:fs';
import {
  isMlp,
  type MlpShape,
  type Sample,
  type Shape,
  type ZkpotStatement,
  zkpotMlpStatement,
  zkpotStatement,
} from '@training-ledger/protocol/statements';

/** A sample as JSON has it. */
export interface PlainSample {
  readonly features: number[];
  readonly label: number;
}

/** A known answer of `zkpot`. */
export interface KnownChallenge {
  readonly shape: Shape | MlpShape;
  readonly binding: string;
  readonly weights: number[];
  readonly salt: string;
  readonly challenge: PlainSample[];
  readonly correct: number;
  readonly publicInputs: string[];
}

/** A file below circuits/vectors. */
export const readVectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));

/** Samples of JSON. */
export const samplesOf = (plain: readonly PlainSample[]): Sample[] =>
  plain.map(({ features, label }) => ({ features: Int8Array.from(features), label }));

/** All known answers of `zkpot`. */
export function knownChallenges(): KnownChallenge[] {
  return ['zkpot', 'zkpot-margins', 'zkpot-mlp'].flatMap(readVectors);
}

/** The statement of a known answer, or the same about other samples. */
export function statementOf(
  { shape, binding, weights, salt, challenge }: KnownChallenge,
  samples: readonly PlainSample[] = challenge,
): ZkpotStatement {
  const options = { binding: BigInt(binding) };
  const witness = {
    weights: Int16Array.from(weights),
    salt: BigInt(salt),
    challenge: samplesOf(samples),
  };
  return isMlp(shape)
    ? zkpotMlpStatement(shape, options, witness)
    : zkpotStatement(shape, options, witness);
}
