// SPDX-License-Identifier: Apache-2.0
// What a node serves and signs, without HTTP. It signs only what it can open: the commitment of an answer that it gave, with the rating and
// nonce that the user names.
import {
  commitInteraction,
  type NodeKeyPair,
  type Receipt,
  signReceipt,
} from '@training-ledger/protocol/statements';
import { payloadDigest } from '@training-ledger/sdk';
import { InferenceNodeError } from '../errors.ts';
import type { Answers } from './answers.ts';
import type { ParsedReceiptRequest } from './requests.ts';
import type { Classification, ServedModel } from './served-model.ts';

/** The bytes that an interaction is about. */
export interface InteractionPayload {
  /** The features, a signed byte each. */
  readonly input: Uint8Array;
  /** The class, one byte. */
  readonly output: Uint8Array;
}

/** The bytes of features and of the class that they were given. */
export function interactionPayload(features: Int8Array, answer: number): InteractionPayload {
  const input = new Uint8Array(features.buffer, features.byteOffset, features.length).slice();
  return { input, output: Uint8Array.of(answer) };
}

/** Answers and receipts of one model. */
export class Receipts {
  readonly #model: ServedModel;
  readonly #answers: Answers;
  readonly #key: NodeKeyPair;
  readonly #time: () => Promise<number>;

  /** @param time the chain's time: a machine's own may be wrong, and the chain judges by its own */
  constructor(model: ServedModel, answers: Answers, key: NodeKeyPair, time: () => Promise<number>) {
    this.#model = model;
    this.#answers = answers;
    this.#key = key;
    this.#time = time;
  }

  /**
   * Classifies features and keeps what was served until it is rated.
   * @throws InferenceNodeError `BUSY`.
   */
  answer(features: Int8Array): Classification & InteractionPayload & { readonly id: string } {
    const classified = this.#model.classify(features);
    const payload = interactionPayload(features, classified.class);
    const id = this.#answers.add({
      input: payloadDigest(payload.input),
      output: payloadDigest(payload.output),
    });
    return { id, ...classified, ...payload };
  }

  /**
   * Signs the commitment of a rated answer.
   * @throws InferenceNodeError `ANSWER_NOT_FOUND`, `ANSWER_HAS_RECEIPT` or `COMMITMENT_MISMATCH`; SdkError `NOT_CONNECTED`.
   */
  async receipt({ answer, commitment, rating, nonce }: ParsedReceiptRequest): Promise<Receipt> {
    return this.#answers.receipt(
      answer,
      ({ input, output }) => {
        if (commitInteraction(input, output, rating, nonce) === commitment) return commitment;
        throw new InferenceNodeError(
          'COMMITMENT_MISMATCH',
          'The commitment is not to this answer with this rating and nonce.',
          { hint: 'Commit to the bytes of `input` and `output` as the node gave them.' },
        );
      },
      async (checked) => signReceipt(this.#key, checked, await this.#time()),
    );
  }
}
