// SPDX-License-Identifier: Apache-2.0
// Encrypting one-time keys under a federation's collective public key.
import { DEGREE, KEY, KEY_LIMBS } from '@training-ledger/sdk';
import type { PublicKey } from 'node-seal';
import { WorkerError } from '../errors.ts';
import { guarded } from './guarded.ts';
import { type Headers, sampleHeaders } from './headers.ts';
import { loadSeal, type Seal } from './seal.ts';
import { fromSmall, save, toLimbs } from './words.ts';

const WORD_BYTES = 8;
/** Primes of the whole modulus: keys have residues of all three. */
const KEY_PRIMES = KEY.modulusBits.length;

let loading: Promise<KeyRing> | undefined;

/** The ring KEY. */
export class KeyRing {
  readonly #seal: Seal;
  readonly #headers: Headers;

  private constructor(seal: Seal) {
    this.#seal = seal;
    this.#headers = sampleHeaders(seal.module, seal.key);
  }

  /** Loaded once a process. */
  static load(): Promise<KeyRing> {
    loading ??= loadSeal().then((seal) => new KeyRing(seal));
    return loading;
  }

  /**
   * Checks a serialised public key: SEAL's form without compression, in this ring, all residues below their primes.
   * @throws WorkerError `KEY_MALFORMED`.
   */
  checkPublicKey(publicKey: Uint8Array): void {
    using _ = this.#load(publicKey);
  }

  /**
   * Encrypts small coefficients, 4,096 of at most 2,047 either way.
   * @returns The ciphertext's {@link KEY_LIMBS} limbs: for each of two polynomials the residues of the first prime, then
   * those of the second.
   * @throws WorkerError `KEY_MALFORMED` or `BFV_FAILED`.
   */
  encrypt(publicKey: Uint8Array, coefficients: Int8Array): Float64Array {
    const { module, key } = this.#seal;
    using loaded = this.#load(publicKey);
    const secret = fromSmall(this.#headers.plaintext, coefficients, KEY.plainBits);
    return guarded('BFV_FAILED', 'SEAL did not encrypt.', () => {
      using encryptor = new module.Encryptor(key, loaded);
      using plaintext = new module.Plaintext();
      using ciphertext = new module.Ciphertext();
      try {
        plaintext.loadFromArray(key, secret);
        encryptor.encrypt(plaintext, ciphertext);
      } finally {
        secret.fill(0);
        plaintext.setZero();
      }
      const bytes = save(module, ciphertext);
      return toLimbs(bytes.length - KEY_LIMBS * WORD_BYTES, bytes);
    });
  }

  #load(publicKey: Uint8Array): PublicKey {
    const { module, key } = this.#seal;
    const header = this.#headers.publicKey;
    const length = header.length + 2 * KEY_PRIMES * DEGREE * WORD_BYTES;
    if (publicKey.length !== length || header.some((byte, i) => byte !== publicKey[i])) {
      throw new WorkerError('KEY_MALFORMED', 'These bytes are no public key of the protocol.', {
        details: `${publicKey.length} bytes of ${length}.`,
      });
    }
    const loaded = new module.PublicKey();
    try {
      // A plain array: SEAL refuses subclasses such as Node's Buffer.
      guarded('KEY_MALFORMED', 'SEAL refuses the public key.', () =>
        loaded.loadFromArray(key, new Uint8Array(publicKey)),
      );
    } catch (error) {
      loaded.delete();
      throw error;
    }
    return loaded;
  }
}
