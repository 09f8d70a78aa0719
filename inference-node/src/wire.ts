// SPDX-License-Identifier: Apache-2.0
// What goes over HTTP: JSON, with scalars as the chain takes them (32 bytes, little-endian, hex with 0x).
import { type Receipt, verifyReceipt } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { fieldHex, hexField } from '@training-ledger/sdk';
import { InferenceNodeError } from './errors.ts';

/** Name of this interface; another one has another name. */
export const FORMAT = 'training-ledger/inference-node/v1';

/** `GET /` */
export interface NodeFacts {
  readonly format: typeof FORMAT;
  /** Genesis hash of the node's chain. */
  readonly genesis: Hex;
  /** The base model that is served, and its generation. */
  readonly base: Hex;
  readonly generation: number;
  readonly shape: { readonly features: number; readonly classes: number };
  /** Hash under which the node's key is registered. */
  readonly nodeKey: Hex;
  /** Seconds within which an answer has to be rated. */
  readonly answerLifetime: number;
}

/** Body of `POST /answers`. */
export interface AnswerRequest {
  /** Features in fixed point, -128 to 127: what `quantiseFeatures` gives. */
  readonly input: readonly number[];
}

/** What `POST /answers` gives. */
export interface AnswerResponse {
  /** Names the answer in the request for its receipt. Nobody else knows it. */
  readonly id: string;
  readonly generation: number;
  /** The class with the highest score; the first of them on a tie. */
  readonly class: number;
  readonly scores: readonly number[];
  /** The bytes that the interaction is about, in hex: the features, and the class. */
  readonly input: Hex;
  readonly output: Hex;
}

/** Body of `POST /receipts`: the commitment and what opens it beside input and output. */
export interface ReceiptRequest {
  readonly answer: string;
  readonly commitment: Hex;
  /** -128 to 127; 0 for none. */
  readonly rating: number;
  readonly nonce: Hex;
}

/** What `POST /receipts` gives: a receipt. */
export interface ReceiptResponse {
  readonly commitment: Hex;
  /** The chain's time, milliseconds of the Unix epoch. */
  readonly time: number;
  readonly publicKey: readonly [Hex, Hex];
  readonly signature: { readonly R8: readonly [Hex, Hex]; readonly S: Hex };
}

/** What every refusal gives. */
export interface ErrorResponse {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: string;
    readonly hint?: string;
  };
}

const hexPair = ([x, y]: readonly [bigint, bigint]): readonly [Hex, Hex] => [
  fieldHex(x),
  fieldHex(y),
];

/** A receipt as JSON. */
export function writeReceipt({ commitment, time, publicKey, signature }: Receipt): ReceiptResponse {
  return {
    commitment: fieldHex(commitment),
    time,
    publicKey: hexPair(publicKey),
    signature: { R8: hexPair(signature.R8), S: fieldHex(signature.S) },
  };
}

/**
 * The receipt of a JSON value, with a valid signature.
 * @throws InferenceNodeError `RECEIPT_INVALID`.
 */
export function readReceipt(value: unknown): Receipt {
  let receipt: Receipt | undefined;
  let cause: unknown;
  try {
    const { commitment, time, publicKey, signature } = value as ReceiptResponse;
    const pair = ([x, y]: readonly [Hex, Hex]): [bigint, bigint] => [hexField(x), hexField(y)];
    receipt = {
      commitment: hexField(commitment),
      time,
      publicKey: pair(publicKey),
      signature: { R8: pair(signature.R8), S: hexField(signature.S) },
    };
    if (verifyReceipt(receipt)) return receipt;
  } catch (error) {
    cause = error;
  }
  const details =
    receipt === undefined
      ? 'It is malformed.'
      : "The signature is not its key's over its commitment and time.";
  throw new InferenceNodeError('RECEIPT_INVALID', 'The node gave a receipt that proves nothing.', {
    details,
    cause,
  });
}
