// SPDX-License-Identifier: Apache-2.0
// What serialised objects begin with: sizes, form and parameters. It depends on nothing but the ring, so that one sample of
// each kind shows what the others must be.
import { DEGREE } from '@training-ledger/sdk';
import type { MainModule, SEALContext } from 'node-seal';
import { guarded } from './guarded.ts';
import { save } from './words.ts';

/** SEAL's header, a ciphertext's fields, the header of its array. */
const CIPHERTEXT_HEADER_BYTES = 113;
/** SEAL's header, a plaintext's fields, the header of its array. */
const PLAINTEXT_HEADER_BYTES = 88;

/** Headers of one ring. */
export interface Headers {
  /** Of a ciphertext of two polynomials modulo both data primes, in NTT form. */
  readonly nttCiphertext: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Of a plaintext of all coefficients. */
  readonly plaintext: Uint8Array;
}

/** Takes the headers from objects under a key that nobody keeps. */
export function sampleHeaders(seal: MainModule, context: SEALContext): Headers {
  return guarded('BFV_FAILED', 'SEAL does not encrypt.', () => {
    using generator = new seal.KeyGenerator(context);
    using publicKey = generator.createPublicKey();
    using encryptor = new seal.Encryptor(context, publicKey);
    using evaluator = new seal.Evaluator(context);
    using ciphertext = new seal.Ciphertext();
    using plaintext = new seal.Plaintext(DEGREE);
    encryptor.encryptZero(ciphertext);
    evaluator.cipherTransformToNttInplace(ciphertext);
    return {
      nttCiphertext: save(seal, ciphertext).slice(0, CIPHERTEXT_HEADER_BYTES),
      publicKey: save(seal, publicKey).slice(0, CIPHERTEXT_HEADER_BYTES),
      plaintext: save(seal, plaintext).slice(0, PLAINTEXT_HEADER_BYTES),
    };
  });
}
