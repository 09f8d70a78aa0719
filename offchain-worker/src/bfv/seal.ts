// SPDX-License-Identifier: Apache-2.0
// BFV (Fan-Vercauteren, eprint 2012/144) on Microsoft SEAL in WASM. The only file that touches node-seal: objects are freed,
// exceptions become typed errors, untrusted bytes are measured before SEAL sees them.
import initialize, { type Ciphertext, type MainModule, type SEALContext } from 'node-seal';
import { WorkerError } from '../errors.ts';

/** Ring dimension; with 109 bits of modulus 128-bit security by the HE standard's table. */
const DEGREE = 4_096;
/** Bits of the primes of the ciphertext modulus, the last one for keys only. */
const MODULUS_BITS = [46, 46, 17];
/** Bits of the plaintext modulus: a prime that allows one value a slot. */
const PLAIN_BITS = 56;
/** SEAL's header of a ciphertext without compression. */
const HEADER_BYTES = 113;

/** Values of one ciphertext. */
export const SLOTS = DEGREE;
/** Bytes of one ciphertext: two polynomials over two primes. */
export const CIPHERTEXT_BYTES = HEADER_BYTES + 2 * 2 * DEGREE * 8;

interface Freed {
  delete(): void;
}

/** A BFV context. Make one and keep it: it holds tables of several megabytes. */
export class Bfv {
  readonly #seal: MainModule;
  readonly #context: SEALContext;

  private constructor(seal: MainModule, context: SEALContext) {
    this.#seal = seal;
    this.#context = context;
  }

  /** Loads SEAL and the parameters. */
  static async load(): Promise<Bfv> {
    const seal = await initialize();
    const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
    parameters.setPolyModulusDegree(DEGREE);
    parameters.setCoeffModulus(seal.CoeffModulus.Create(DEGREE, Int32Array.from(MODULUS_BITS)));
    parameters.setPlainModulus(seal.PlainModulus.Batching(DEGREE, PLAIN_BITS));
    const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
    parameters.delete();
    if (!context.parametersSet()) throw new WorkerError('BFV_FAILED', 'SEAL refuses the parameters.');
    return new Bfv(seal, context);
  }

  /** A new key pair, serialised. */
  generateKeys(): { publicKey: Uint8Array; secretKey: Uint8Array } {
    const { none } = this.#seal.ComprModeType;
    return this.#scope((keep) => {
      const generator = keep(new this.#seal.KeyGenerator(this.#context));
      return {
        publicKey: keep(generator.createPublicKey()).saveToArray(none),
        secretKey: keep(generator.secretKey()).saveToArray(none),
      };
    });
  }

  /**
   * Encrypts lists of up to {@link SLOTS} signed values, one ciphertext each, one after another.
   * @throws WorkerError `BFV_FAILED` for a key that is none.
   */
  encrypt(publicKey: Uint8Array, blocks: readonly BigInt64Array[]): Uint8Array {
    return this.#scope((keep) => {
      const key = keep(new this.#seal.PublicKey());
      key.loadFromArray(this.#context, publicKey);
      const encryptor = keep(new this.#seal.Encryptor(this.#context, key));
      const encoder = keep(new this.#seal.BatchEncoder(this.#context));
      const plaintext = keep(new this.#seal.Plaintext());
      const ciphertext = keep(new this.#seal.Ciphertext());
      return join(
        blocks.map((block) => {
          encoder.encode(block, plaintext);
          encryptor.encrypt(plaintext, ciphertext);
          return this.#save(ciphertext);
        }),
      );
    });
  }

  /**
   * A running sum of ciphertexts of `count` blocks each. The same ciphertexts in the same order give the same bytes.
   * Memory is that of one sum, however many are added.
   */
  sum(count: number): { add(bytes: Uint8Array): void; bytes(): Uint8Array; free(): void } {
    const evaluator = new this.#seal.Evaluator(this.#context);
    const sums: Ciphertext[] = [];
    return {
      add: (bytes) => {
        const loaded = split(bytes, count).map((part) => this.#load(part));
        loaded.forEach((ciphertext, i) => {
          const sum = sums[i];
          if (sum === undefined) sums[i] = ciphertext;
          else {
            evaluator.addInplace(sum, ciphertext);
            ciphertext.delete();
          }
        });
      },
      bytes: () => join(sums.map((sum) => this.#save(sum))),
      free: () => {
        evaluator.delete();
        for (const sum of sums) sum.delete();
      },
    };
  }

  /**
   * Decrypts ciphertexts of `count` blocks.
   * @throws WorkerError `CIPHERTEXT_MALFORMED`, or `BFV_FAILED` for a key that is none or noise that is too large.
   */
  decrypt(secretKey: Uint8Array, bytes: Uint8Array, count: number): BigInt64Array[] {
    return this.#scope((keep) => {
      const key = keep(new this.#seal.SecretKey());
      key.loadFromArray(this.#context, secretKey);
      const decryptor = keep(new this.#seal.Decryptor(this.#context, key));
      const encoder = keep(new this.#seal.BatchEncoder(this.#context));
      const plaintext = keep(new this.#seal.Plaintext());
      return split(bytes, count).map((part) => {
        const ciphertext = keep(this.#load(part));
        if (decryptor.invariantNoiseBudget(ciphertext) === 0) {
          throw new WorkerError('BFV_FAILED', 'The ciphertext holds too much noise, or is of another key.');
        }
        decryptor.decrypt(ciphertext, plaintext);
        return BigInt64Array.from(encoder.decodeBigInt64(plaintext) as BigInt64Array);
      });
    });
  }

  #save(ciphertext: Ciphertext): Uint8Array {
    return new Uint8Array(ciphertext.saveToArray(this.#seal.ComprModeType.none) as Uint8Array);
  }

  #load(bytes: Uint8Array): Ciphertext {
    const ciphertext = new this.#seal.Ciphertext();
    try {
      ciphertext.loadFromArray(this.#context, bytes);
      if (ciphertext.size() !== 2 || ciphertext.isNttForm() || ciphertext.isTransparent()) {
        throw new Error('not a fresh ciphertext');
      }
      return ciphertext;
    } catch (cause) {
      ciphertext.delete();
      throw new WorkerError('CIPHERTEXT_MALFORMED', 'The bytes are not a ciphertext of the federation.', {
        details: sealMessage(cause),
      });
    }
  }

  /** Frees what `run` keeps, also when it fails, and turns SEAL's exceptions into errors. */
  #scope<Result>(run: (keep: <T extends Freed>(object: T) => T) => Result): Result {
    const kept: Freed[] = [];
    try {
      return run((object) => {
        kept.push(object);
        return object;
      });
    } catch (cause) {
      if (cause instanceof WorkerError) throw cause;
      throw new WorkerError('BFV_FAILED', 'SEAL refused the operation.', { details: sealMessage(cause) });
    } finally {
      for (const object of kept) object.delete();
    }
  }
}

/** SEAL's exceptions carry [type, text]. */
function sealMessage(cause: unknown): string {
  const message = (cause as { message?: unknown } | undefined)?.message;
  return Array.isArray(message) ? message.join(': ') : String(message ?? 'unknown');
}

function split(bytes: Uint8Array, count: number): Uint8Array[] {
  if (bytes.length !== count * CIPHERTEXT_BYTES) {
    throw new WorkerError('CIPHERTEXT_MALFORMED', `An update has ${count * CIPHERTEXT_BYTES} bytes.`, {
      details: `Got ${bytes.length}.`,
    });
  }
  return Array.from({ length: count }, (_, i) =>
    bytes.slice(i * CIPHERTEXT_BYTES, (i + 1) * CIPHERTEXT_BYTES),
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    bytes.set(part, at);
    return at + part.length;
  }, 0);
  return bytes;
}
