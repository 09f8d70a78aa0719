// SPDX-License-Identifier: Apache-2.0
// Why a transaction is not valid, in the words of the nodes of the Polkadot SDK, which clients look for.
import type { TransactionValidityError } from '@polkadot/types/interfaces';
import { ErrorCode } from './messages.ts';

const INVALID: Readonly<Record<string, string>> = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadMandatory: 'A call was labelled as mandatory, but resulted in an Error.',
  MandatoryValidation: 'Transaction dispatch is mandatory; transactions must not be validated.',
  BadSigner: 'Invalid signing address',
};
const UNKNOWN: Readonly<Record<string, string>> = {
  CannotLookup: 'Could not lookup information required to validate the transaction',
  NoUnsignedValidator: 'Could not find an unsigned validator for the unsigned transaction',
};

/** An RPC error's parts. */
export interface ValidityText {
  readonly code: number;
  readonly message: string;
  readonly data: string;
}

/** The error of a transaction that is not valid. */
export function validityText(error: TransactionValidityError): ValidityText {
  const { reason, texts, code, message } = error.isInvalid
    ? {
        reason: error.asInvalid,
        texts: INVALID,
        code: ErrorCode.invalidTransaction,
        message: 'Invalid Transaction',
      }
    : {
        reason: error.asUnknown,
        texts: UNKNOWN,
        code: ErrorCode.unknownValidity,
        message: 'Unknown Transaction Validity',
      };
  if (reason.isCustom) {
    const text = `Custom error: ${reason.asCustom.toString()}`;
    return { code, message, data: error.isInvalid ? text : `Unknown ${text.toLowerCase()}` };
  }
  return { code, message, data: texts[reason.type] ?? reason.type };
}
