// SPDX-License-Identifier: Apache-2.0
// From a question to an interaction that can be recorded.
import { commitInteraction, randomField } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { fieldHex, type Interaction, payloadDigest } from '@training-ledger/sdk';
import { InferenceNodeError } from '../errors.ts';
import { registeredKey } from '../registration.ts';
import { type AnswerResponse, FORMAT, type NodeFacts, readReceipt } from '../wire.ts';
import { ask, malformed, type RequestOptions } from './http.ts';

/** What a user says of an answer. The text never leaves the user; the node learns the rating. */
export interface Feedback {
  /** -128 to 127; 0 says nothing. */
  readonly rating: number;
  readonly text?: string;
}

/** How to ask for interactions. */
export interface InteractionOptions extends RequestOptions {
  /** Hash of the key that receipts have to be signed with; any by default, and the ledger takes registered ones only. */
  readonly nodeKey?: Hex;
}

/** An answer of a node. */
export interface NodeAnswer {
  readonly class: number;
  readonly scores: readonly number[];
  /** Of the base model. */
  readonly generation: number;
  /**
   * Rates the answer and gets the receipt: the interaction, ready for `recordTraining`. An answer is rated once; the call may be
   * repeated if it failed.
   * @throws InferenceNodeError as {@link requestInteraction}.
   */
  rate(feedback?: Feedback): Promise<Interaction>;
}

/**
 * What a node says of itself.
 * @throws InferenceNodeError `NODE_UNREACHABLE` or `RESPONSE_MALFORMED`.
 */
export async function nodeFacts(node: string, options: RequestOptions = {}): Promise<NodeFacts> {
  const facts = (await ask(node, '/', undefined, options)) as NodeFacts | null;
  if (facts?.format !== FORMAT) throw malformed(`It is not of ${FORMAT}.`);
  return facts;
}

/**
 * Lets a node classify features.
 * @param node its address, such as http://127.0.0.1:9990
 * @param features in fixed point: `quantiseFeatures`
 * @throws InferenceNodeError `INPUT_INVALID`, `BUSY`, `RATE_LIMITED`, `NODE_UNREACHABLE` or `RESPONSE_MALFORMED`.
 */
export async function askNode(
  node: string,
  features: Int8Array,
  options: InteractionOptions = {},
): Promise<NodeAnswer> {
  const given = await ask(node, '/answers', { input: [...features] }, options);
  const { id, class: label, scores, generation } = (given ?? {}) as Partial<AnswerResponse>;
  if (typeof id !== 'string' || !isWhole(label) || !isWhole(generation, 2 ** 32 - 1)) {
    throw malformed('It is not an answer.');
  }
  // The user commits to what it asked and was answered, whatever the node says that the bytes are.
  const input = new Uint8Array(features.buffer, features.byteOffset, features.length).slice();
  const output = Uint8Array.of(label);
  // One nonce an answer: a repetition asks for the same receipt.
  const nonce = randomField();
  return {
    class: label,
    scores: Array.isArray(scores) ? scores : [],
    generation,
    rate: async (feedback) => {
      const rating = feedback?.rating ?? 0;
      if (!Number.isInteger(rating) || rating < -128 || rating > 127) {
        throw new InferenceNodeError('RATING_INVALID', 'A rating is an integer of -128 to 127.');
      }
      const digests = [payloadDigest(input), payloadDigest(output)] as const;
      const commitment = commitInteraction(...digests, rating, nonce);
      const request = {
        answer: id,
        commitment: fieldHex(commitment),
        rating,
        nonce: fieldHex(nonce),
      };
      const receipt = readReceipt(await ask(node, '/receipts', request, options));
      if (receipt.commitment !== commitment) {
        throw new InferenceNodeError('RECEIPT_INVALID', 'The receipt is of another interaction.');
      }
      const key = registeredKey(receipt);
      if (options.nodeKey !== undefined && options.nodeKey !== key) {
        throw new InferenceNodeError('NODE_KEY_MISMATCH', 'Another node signed the receipt.', {
          details: `It was signed by ${key}.`,
        });
      }
      const text = feedback?.text;
      return {
        input,
        output,
        nonce,
        receipt,
        ...(feedback === undefined
          ? {}
          : {
              feedback: {
                rating,
                ...(text === undefined ? {} : { text: new TextEncoder().encode(text) }),
              },
            }),
      };
    },
  };
}

/**
 * Asks a node, rates its answer, and gives the interaction with its receipt as `recordTraining` takes it.
 * @param feedback what to say of the answer, or a function that looks at it first
 * @throws InferenceNodeError as {@link askNode}, and `RATING_INVALID`, `ANSWER_NOT_FOUND`, `ANSWER_HAS_RECEIPT`,
 * `LEDGER_UNREACHABLE`, `RECEIPT_INVALID` or `NODE_KEY_MISMATCH`; StatementError `FIELD_RANGE`.
 */
export async function requestInteraction(
  node: string,
  features: Int8Array,
  feedback?: Feedback | ((answer: NodeAnswer) => Feedback | Promise<Feedback>),
  options: InteractionOptions = {},
): Promise<Interaction> {
  const answer = await askNode(node, features, options);
  return answer.rate(typeof feedback === 'function' ? await feedback(answer) : feedback);
}

const isWhole = (value: unknown, max = 255): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
