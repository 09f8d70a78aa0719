// SPDX-License-Identifier: Apache-2.0
// The post-quantum primitives of Node 24.8 and newer (OpenSSL 3.5). Node takes keys as DER only: the raw bytes are wrapped
// as RFC 9881 (ML-DSA) and RFC 9935 (ML-KEM) say.
import type * as NodeCrypto from 'node:crypto';
import { concatBytes } from '../bytes.ts';
import type { KeyPair, PostQuantumSuite } from './suite.ts';

type Crypto = typeof NodeCrypto;
/** What the types of Node 24 do not have yet. */
type PostQuantumCrypto = Crypto & {
  encapsulate(key: NodeCrypto.KeyObject): { ciphertext: Uint8Array; sharedKey: Uint8Array };
  decapsulate(key: NodeCrypto.KeyObject, ciphertext: Uint8Array): Uint8Array;
};

interface Algorithm {
  /** DER of the AlgorithmIdentifier: the object identifier without parameters. */
  readonly identifier: Uint8Array;
  readonly publicKeyBytes: number;
  readonly secretKeyBytes: number;
}

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const SEED = 0x80;
const VERSION_0 = Uint8Array.of(0x02, 0x01, 0x00);

/** id-ml-dsa-65 (2.16.840.1.101.3.4.3.18). */
const ML_DSA_65: Algorithm = {
  identifier: der(SEQUENCE, Uint8Array.of(6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18)),
  publicKeyBytes: 1952,
  secretKeyBytes: 4032,
};
/** id-alg-ml-kem-768 (2.16.840.1.101.3.4.4.2). */
const ML_KEM_768: Algorithm = {
  identifier: der(SEQUENCE, Uint8Array.of(6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 2)),
  publicKeyBytes: 1184,
  secretKeyBytes: 2400,
};

/** Node's own primitives; undefined where it lacks one of them. */
export function nativeSuite(): PostQuantumSuite | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto') as
    | PostQuantumCrypto
    | undefined;
  if (crypto?.encapsulate === undefined) return undefined;
  const suite = suiteOf(crypto);
  try {
    // Node may be built with a library that has only some of it.
    const { secretKey, publicKey } = suite.signatureKeys(new Uint8Array(32));
    const [message, context] = [Uint8Array.of(1), Uint8Array.of(2)];
    const signature = suite.sign(secretKey, message, context);
    const other = Uint8Array.of(3);
    const isSound =
      suite.verify(publicKey, message, signature, context) &&
      !suite.verify(publicKey, message, signature, other);
    suite.encapsulate(suite.kemKeys(new Uint8Array(64)).publicKey);
    return isSound ? suite : undefined;
  } catch {
    return undefined;
  }
}

function suiteOf(crypto: PostQuantumCrypto): PostQuantumSuite {
  const privateKey = ({ identifier }: Algorithm, content: Uint8Array): NodeCrypto.KeyObject =>
    crypto.createPrivateKey({
      key: Buffer.from(der(SEQUENCE, VERSION_0, identifier, der(OCTET_STRING, content))),
      format: 'der',
      type: 'pkcs8',
    });
  const publicKey = ({ identifier }: Algorithm, raw: Uint8Array): NodeCrypto.KeyObject =>
    crypto.createPublicKey({
      key: Buffer.from(der(SEQUENCE, identifier, der(BIT_STRING, Uint8Array.of(0), raw))),
      format: 'der',
      type: 'spki',
    });
  const secret = (algorithm: Algorithm, raw: Uint8Array): NodeCrypto.KeyObject =>
    privateKey(algorithm, der(OCTET_STRING, raw));
  const generate = (algorithm: Algorithm, seed: Uint8Array): KeyPair => {
    const key = privateKey(algorithm, der(SEED, seed));
    const spki = crypto.createPublicKey(key).export({ format: 'der', type: 'spki' });
    const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
    // Both encodings end with the raw bytes.
    return {
      publicKey: new Uint8Array(spki.subarray(-algorithm.publicKeyBytes)),
      secretKey: new Uint8Array(pkcs8.subarray(-algorithm.secretKeyBytes)),
    };
  };
  return {
    name: 'node:crypto',
    isConstantTime: true,
    signatureKeys: (seed) => generate(ML_DSA_65, seed),
    sign: (secretKey, message, context) => {
      const key = { key: secret(ML_DSA_65, secretKey), context };
      return new Uint8Array(crypto.sign(null, message, key));
    },
    verify: (raw, message, signature, context) => {
      const key = { key: publicKey(ML_DSA_65, raw), context };
      return crypto.verify(null, message, key, signature);
    },
    kemKeys: (seed) => generate(ML_KEM_768, seed),
    encapsulate: (raw) => {
      const { ciphertext, sharedKey } = crypto.encapsulate(publicKey(ML_KEM_768, raw));
      return { ciphertext: new Uint8Array(ciphertext), sharedSecret: new Uint8Array(sharedKey) };
    },
    decapsulate: (secretKey, ciphertext) =>
      new Uint8Array(crypto.decapsulate(secret(ML_KEM_768, secretKey), ciphertext)),
  };
}

/** A DER value of at most 65,535 bytes. */
function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes(...content);
  const { length } = bytes;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...size), bytes);
}
