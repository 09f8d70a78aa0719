// SPDX-License-Identifier: Apache-2.0
// What clients send, checked before anything is made of it.
import type { IncomingMessage } from 'node:http';
import type { Shape } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { hexField } from '@training-ledger/sdk';
import { InferenceNodeError } from '../errors.ts';

/** What `POST /receipts` asks for. */
export interface ParsedReceiptRequest {
  readonly answer: string;
  readonly commitment: bigint;
  readonly rating: number;
  readonly nonce: bigint;
}

/**
 * The JSON body of a request.
 * @throws InferenceNodeError `CONTENT_TYPE_UNSUPPORTED`, `BODY_TOO_LARGE` or `REQUEST_MALFORMED`.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  // A web page of another origin may send any other type without asking first.
  if (!/^application\/json(\s*;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new InferenceNodeError('CONTENT_TYPE_UNSUPPORTED', 'Bodies are application/json.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new InferenceNodeError('BODY_TOO_LARGE', `A body has at most ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw malformed('The body is not JSON.');
  }
}

/**
 * The features that are to be classified.
 * @throws InferenceNodeError `REQUEST_MALFORMED` or `INPUT_INVALID`.
 */
export function parseAnswerRequest(body: unknown, { features }: Shape): Int8Array {
  const { input } = fields(body, ['input']);
  if (!Array.isArray(input) || input.length !== features) {
    throw new InferenceNodeError('INPUT_INVALID', `An input is a list of ${features} features.`);
  }
  if (!input.every((feature) => isInteger(feature))) {
    throw new InferenceNodeError('INPUT_INVALID', 'A feature is an integer of -128 to 127.', {
      hint: 'quantiseFeatures makes them of numbers from -1 to 1.',
    });
  }
  return Int8Array.from(input);
}

/**
 * What a receipt is asked for.
 * @throws InferenceNodeError `REQUEST_MALFORMED` or `RATING_INVALID`.
 */
export function parseReceiptRequest(body: unknown): ParsedReceiptRequest {
  const given = fields(body, ['answer', 'commitment', 'rating', 'nonce']);
  const { answer, rating } = given;
  if (typeof answer !== 'string') throw malformed('`answer` is the id of an answer.');
  if (!isInteger(rating)) {
    throw new InferenceNodeError('RATING_INVALID', 'A rating is an integer of -128 to 127.');
  }
  const scalar = (name: string): bigint => {
    try {
      return hexField(given[name] as Hex);
    } catch {
      throw malformed(`\`${name}\` is a scalar: 32 bytes, little-endian, in hex with 0x.`);
    }
  };
  return { answer, rating, commitment: scalar('commitment'), nonce: scalar('nonce') };
}

/** The fields of a body. One that is not known may mean something to who sent it, so it is refused. */
function fields(body: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw malformed('The body is an object.');
  }
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw malformed(`There is a field that the node does not know. It takes: ${names.join(', ')}.`);
  }
  return body as Record<string, unknown>;
}

/** A signed 8-bit integer. */
const isInteger = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= -128 && (value as number) <= 127;

const malformed = (details: string): InferenceNodeError =>
  new InferenceNodeError('REQUEST_MALFORMED', 'The request is malformed.', { details });
