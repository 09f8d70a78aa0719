// SPDX-License-Identifier: Apache-2.0
// Statement `contribution`: circom/contribution.circom.
import { commitData, contributorId } from './commitments.ts';
import { StatementError } from './errors.ts';
import { type Statement, statement } from './statement.ts';

/** What `contribution` is about. */
export interface ContributionWitness {
  readonly dataDigest: bigint;
  readonly salt: bigint;
  readonly secret: bigint;
}

/**
 * The statement that whoever proves knows the data behind a commitment and the secret behind a contributor id.
 * @throws StatementError `CONTRIBUTION_TYPE_RANGE`.
 */
export function contributionStatement(
  binding: bigint,
  contributionType: number,
  { dataDigest, salt, secret }: ContributionWitness,
): Statement {
  if (!Number.isInteger(contributionType) || contributionType < 0 || contributionType > 255) {
    throw new StatementError(
      'CONTRIBUTION_TYPE_RANGE',
      'A contribution type is 0 to 255.',
      `Got ${contributionType}.`,
    );
  }
  return statement(
    'contribution',
    {
      binding,
      dataCommitment: commitData(dataDigest, salt),
      contributorId: contributorId(secret),
      contributionType: BigInt(contributionType),
    },
    { dataDigest, salt, secret },
  );
}
