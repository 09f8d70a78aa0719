// SPDX-License-Identifier: Apache-2.0
// Statement `ownership`: circom/ownership.circom.
import { nullifier, userId } from './commitments.ts';
import { type Statement, statement } from './statement.ts';

/** The statement that whoever proves knows the secret behind a user id, for what `binding` names. */
export function ownershipStatement(binding: bigint, secret: bigint): Statement {
  return statement(
    'ownership',
    { binding, userId: userId(secret), nullifier: nullifier(secret, binding) },
    { secret },
  );
}
