// SPDX-License-Identifier: Apache-2.0
// BFV (Fan and Vercauteren, eprint 2012/144) by Microsoft SEAL in WASM. Only this folder touches node-seal: objects are
// freed, its exceptions become typed errors, and bytes from outside are measured before SEAL parses them.
import initialize, { type MainModule, type SEALContext } from 'node-seal';
import { WorkerError, type WorkerErrorCode } from '../errors.ts';
import { guarded } from './guarded.ts';
import {
  BFV_4096_T56,
  CIPHERTEXT_BYTES,
  CIPHERTEXT_HEADER_BYTES,
  PUBLIC_KEY_BYTES,
  SECRET_KEY_BYTES,
  SECRET_KEY_HEADER_BYTES,
  SLOTS,
} from './parameters.ts';
import { BfvSum, splitCiphertexts } from './sum.ts';

/** A serialised key pair. */
export interface BfvKeyPair {
  readonly publicKey: Uint8Array;
  /** Whoever has it can open every ciphertext under the public key. */
  readonly secretKey: Uint8Array;
}

/** What sound serialised objects of these parameters begin with. It names sizes, compression and parameters. */
interface Headers {
  readonly ciphertext: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export { CIPHERTEXT_BYTES, SLOTS };

let loading: Promise<Bfv> | undefined;

/** BFV under {@link BFV_4096_T56}. All data goes in and out as bytes and slot values; nothing of SEAL leaves. */
export class Bfv {
  readonly #seal: MainModule;
  readonly #context: SEALContext;
  readonly #headers: Headers;

  private constructor(seal: MainModule, context: SEALContext) {
    this.#seal = seal;
    this.#context = context;
    this.#headers = this.#sampleHeaders();
  }

  /** Loads SEAL. Loaded once a process: its tables take several megabytes. */
  static load(): Promise<Bfv> {
    loading ??= initialize().then((seal) => {
      const { degree, modulusBits, plainBits, name } = BFV_4096_T56;
      using parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
      using modulus = seal.CoeffModulus.Create(degree, Int32Array.from(modulusBits));
      using plain = seal.PlainModulus.Batching(degree, plainBits);
      parameters.setPolyModulusDegree(degree);
      parameters.setCoeffModulus(modulus);
      parameters.setPlainModulus(plain);
      const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
      if (!context.parametersSet()) {
        throw new WorkerError('BFV_FAILED', `SEAL refuses the parameters ${name}.`);
      }
      return new Bfv(seal, context);
    });
    return loading;
  }

  /** Makes a key pair from SEAL's generator, which takes its seed of the platform's randomness. */
  generateKeys(): BfvKeyPair {
    return guarded('BFV_FAILED', 'SEAL made no keys.', () => {
      using generator = new this.#seal.KeyGenerator(this.#context);
      using secret = generator.secretKey();
      using key = generator.createPublicKey();
      return { publicKey: this.#save(key), secretKey: this.#save(secret) };
    });
  }

  /**
   * Encrypts lists of up to {@link SLOTS} signed values, one ciphertext each, one after another.
   * @throws WorkerError `KEY_MALFORMED`, `UPDATE_OUT_OF_RANGE` for more values, or `BFV_FAILED`.
   */
  encrypt(publicKey: Uint8Array, blocks: readonly BigInt64Array[]): Uint8Array {
    if (blocks.some(({ length }) => length > SLOTS)) {
      throw new WorkerError('UPDATE_OUT_OF_RANGE', `A ciphertext holds ${SLOTS} values.`);
    }
    this.checkPublicKey(publicKey);
    using key = new this.#seal.PublicKey();
    guarded('KEY_MALFORMED', 'SEAL refuses the public key.', () =>
      key.loadFromArray(this.#context, new Uint8Array(publicKey)),
    );
    return guarded('BFV_FAILED', 'SEAL did not encrypt.', () => {
      using encoder = new this.#seal.BatchEncoder(this.#context);
      using encryptor = new this.#seal.Encryptor(this.#context, key);
      using plaintext = new this.#seal.Plaintext();
      using ciphertext = new this.#seal.Ciphertext();
      const parts = blocks.map((block) => {
        const slots = new BigInt64Array(SLOTS);
        slots.set(block);
        encoder.encode(slots, plaintext);
        encryptor.encrypt(plaintext, ciphertext);
        return this.#save(ciphertext);
      });
      return new Uint8Array(Buffer.concat(parts));
    });
  }

  /** An empty sum of updates of `count` ciphertexts each. Free it with `using` or `Symbol.dispose`. */
  sum(count: number): BfvSum {
    const check = (bytes: Uint8Array): void => this.checkCiphertext(bytes);
    return new BfvSum({ seal: this.#seal, context: this.#context, check }, count);
  }

  /**
   * Decrypts `count` ciphertexts, one after another, to the signed values of their slots.
   * @throws WorkerError `KEY_MALFORMED`, `CIPHERTEXT_MALFORMED`, or `BFV_FAILED` for another key's ciphertext or one whose
   * noise took the whole budget.
   */
  decrypt(secretKey: Uint8Array, bytes: Uint8Array, count: number): BigInt64Array[] {
    measure('KEY_MALFORMED', 'secret key', secretKey, SECRET_KEY_BYTES, this.#headers.secretKey);
    using key = new this.#seal.SecretKey();
    guarded('KEY_MALFORMED', 'SEAL refuses the secret key.', () =>
      key.loadFromArray(this.#context, new Uint8Array(secretKey)),
    );
    using decryptor = new this.#seal.Decryptor(this.#context, key);
    using encoder = new this.#seal.BatchEncoder(this.#context);
    using plaintext = new this.#seal.Plaintext();
    using ciphertext = new this.#seal.Ciphertext();
    return splitCiphertexts(bytes, count).map((part) => {
      this.checkCiphertext(part);
      guarded('CIPHERTEXT_MALFORMED', 'SEAL refuses the ciphertext.', () =>
        ciphertext.loadFromArray(this.#context, part),
      );
      return guarded('BFV_FAILED', 'SEAL did not decrypt.', () => {
        if (decryptor.invariantNoiseBudget(ciphertext) <= 0) {
          throw new WorkerError(
            'BFV_FAILED',
            'The ciphertext holds too much noise, or is of another key.',
          );
        }
        decryptor.decrypt(ciphertext, plaintext);
        return BigInt64Array.from(encoder.decodeBigInt64(plaintext) as Iterable<bigint>);
      });
    });
  }

  /**
   * Checks the outside of a serialised ciphertext: length, compression, form, sizes and parameters.
   * @throws WorkerError `CIPHERTEXT_MALFORMED`.
   */
  checkCiphertext(bytes: Uint8Array): void {
    measure(
      'CIPHERTEXT_MALFORMED',
      'ciphertext',
      bytes,
      CIPHERTEXT_BYTES,
      this.#headers.ciphertext,
    );
  }

  /**
   * Checks the outside of a serialised public key.
   * @throws WorkerError `KEY_MALFORMED`.
   */
  checkPublicKey(bytes: Uint8Array): void {
    measure('KEY_MALFORMED', 'public key', bytes, PUBLIC_KEY_BYTES, this.#headers.publicKey);
  }

  /** Headers depend on nothing but the parameters, so that one sample of each shows what the others must be. */
  #sampleHeaders(): Headers {
    const { publicKey, secretKey } = this.generateKeys();
    return guarded('BFV_FAILED', 'SEAL does not encrypt.', () => {
      using key = new this.#seal.PublicKey();
      key.loadFromArray(this.#context, new Uint8Array(publicKey));
      using encryptor = new this.#seal.Encryptor(this.#context, key);
      using zero = new this.#seal.Ciphertext();
      encryptor.encryptZero(zero);
      const headers = {
        ciphertext: this.#save(zero).slice(0, CIPHERTEXT_HEADER_BYTES),
        publicKey: publicKey.slice(0, CIPHERTEXT_HEADER_BYTES),
        secretKey: secretKey.slice(0, SECRET_KEY_HEADER_BYTES),
      };
      secretKey.fill(0);
      return headers;
    });
  }

  #save(object: { saveToArray(mode: MainModule['ComprModeType']['none']): unknown }): Uint8Array {
    // A copy: what SEAL gives may lie in its own memory.
    return Uint8Array.from(object.saveToArray(this.#seal.ComprModeType.none) as Uint8Array);
  }
}

/** @throws WorkerError with `code` unless the bytes are of the length and begin as sound ones do. */
function measure(
  code: WorkerErrorCode,
  what: string,
  bytes: Uint8Array,
  length: number,
  header: Uint8Array,
): void {
  if (bytes.length !== length) {
    throw new WorkerError(code, `A ${what} has ${length} bytes.`, {
      details: `Got ${bytes.length}.`,
    });
  }
  if (!header.every((byte, i) => byte === bytes[i])) {
    throw new WorkerError(code, `The ${what} is not of the parameters ${BFV_4096_T56.name}.`);
  }
}
