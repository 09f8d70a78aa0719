// SPDX-License-Identifier: Apache-2.0
// Statement `interaction`: circom/interaction.circom.
import { commitInteraction, isTime, nodeKeyHash } from './commitments.ts';
import { StatementError } from './errors.ts';
import { type Receipt, verifyReceipt } from './receipts.ts';
import { type Statement, statement } from './statement.ts';

/** What `interaction` is about. Digests are scalars. */
export interface InteractionWitness {
  readonly input: bigint;
  readonly output: bigint;
  /** A rating of -128 to 127; 0 for none. */
  readonly feedback: number;
  readonly nonce: bigint;
  readonly receipt: Receipt;
}

/**
 * The statement that a registered node signed this interaction between `notBefore` and `notAfter` (milliseconds).
 * @throws StatementError `FEEDBACK_RANGE`, `RECEIPT_INVALID` or `RECEIPT_WINDOW`.
 */
export function interactionStatement(
  { binding, notBefore, notAfter }: { binding: bigint; notBefore: number; notAfter: number },
  { input, output, feedback, nonce, receipt }: InteractionWitness,
): Statement {
  if (!Number.isInteger(feedback) || feedback < -128 || feedback > 127) {
    throw new StatementError(
      'FEEDBACK_RANGE',
      'Feedback is a rating of -128 to 127.',
      `Got ${feedback}.`,
    );
  }
  const commitment = commitInteraction(input, output, feedback, nonce);
  if (commitment !== receipt.commitment || !verifyReceipt(receipt)) {
    throw new StatementError(
      'RECEIPT_INVALID',
      'The receipt is not a valid signature over this interaction.',
      undefined,
      'Let the inference node sign the commitment of exactly this input, output, feedback and nonce.',
    );
  }
  const { time, publicKey, signature } = receipt;
  const isWindow = isTime(notBefore) && isTime(notAfter);
  if (!isWindow || time < notBefore || time > notAfter) {
    throw new StatementError(
      'RECEIPT_WINDOW',
      'The receipt was not signed inside the time window.',
      `Signed at ${time}, window ${notBefore} to ${notAfter}.`,
    );
  }
  return statement(
    'interaction',
    {
      binding,
      commitment,
      nodeKey: nodeKeyHash(publicKey),
      notBefore: BigInt(notBefore),
      notAfter: BigInt(notAfter),
    },
    {
      input_: input,
      output_: output,
      feedback: feedback + 128,
      nonce,
      time,
      key: publicKey,
      signatureR: signature.R8,
      signatureS: signature.S,
    },
  );
}
