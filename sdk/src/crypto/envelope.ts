// SPDX-License-Identifier: Apache-2.0
// Envelopes: private payloads for a few readers.
//
// The payload is sealed by XChaCha20-Poly1305 under a random key. For each reader the key is wrapped: ML-KEM-768
// (FIPS 203) gives a shared secret, HKDF-SHA-256 (RFC 5869) a wrapping key, XChaCha20-Poly1305 the wrapped key. The list
// of readers is authenticated with the payload.
//
// "TLE1" ‖ readers u8 ‖ readers x (key id 32 ‖ encapsulation 1088 ‖ nonce 24 ‖ wrapped key 48) ‖ nonce 24 ‖ sealed payload
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 as sha256Hash } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { concatBytes, sameBytes, sha256, utf8ToBytes } from '../bytes.ts';
import { SdkError } from '../errors.ts';

const MAGIC = utf8ToBytes('TLE1');
const INFO = utf8ToBytes('training-ledger/envelope/v1');
const ID = 32;
const ENCAPSULATION = 1088;
const NONCE = 24;
const TAG = 16;
const KEY = 32;
const SLOT = ID + ENCAPSULATION + NONCE + KEY + TAG;

/** Most readers of one envelope. */
export const MAX_READERS = 64;
/** Bytes of an ML-KEM-768 public key. */
export const ML_KEM_PUBLIC_KEY_BYTES = 1184;

/** An ML-KEM-768 key pair: who holds the secret key can open envelopes wrapped to the public one. */
export interface KemKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/**
 * A key pair: of a 64-byte seed, else a random one.
 * @throws SdkError `KEY_LENGTH`.
 */
export function kemKeyPair(seed?: Uint8Array): KemKeyPair {
  if (seed !== undefined && seed.length !== 64) {
    throw new SdkError('KEY_LENGTH', 'A seed of ML-KEM-768 has 64 bytes.');
  }
  return ml_kem768.keygen(seed);
}

/**
 * Seals a payload for the holders of these public keys.
 * @throws SdkError `ENVELOPE_RECIPIENTS` or `KEY_LENGTH`.
 */
export function sealEnvelope(payload: Uint8Array, readers: readonly Uint8Array[]): Uint8Array {
  return assemble(payload, randomBytes(KEY), readers);
}

/**
 * Opens an envelope.
 * @throws SdkError `ENVELOPE_MALFORMED`, `ENVELOPE_NOT_FOR_KEY` or `ENVELOPE_FORGED`; never gives part of a payload.
 */
export function openEnvelope(envelope: Uint8Array, key: KemKeyPair): Uint8Array {
  const { header, body } = split(envelope);
  const contentKey = unwrap(header, key);
  return unseal(contentKey, body, header);
}

/**
 * Seals the payload of an envelope that `key` opens again, for other readers and under a new key.
 * @throws SdkError as {@link openEnvelope} and {@link sealEnvelope}.
 */
export function rewrapEnvelope(
  envelope: Uint8Array,
  key: KemKeyPair,
  readers: readonly Uint8Array[],
): Uint8Array {
  return sealEnvelope(openEnvelope(envelope, key), readers);
}

function assemble(
  payload: Uint8Array,
  contentKey: Uint8Array,
  readers: readonly Uint8Array[],
): Uint8Array {
  if (readers.length === 0 || readers.length > MAX_READERS) {
    throw new SdkError('ENVELOPE_RECIPIENTS', `An envelope has 1 to ${MAX_READERS} readers.`, {
      details: `Got ${readers.length}.`,
    });
  }
  const slots = readers.map((publicKey) => {
    if (publicKey.length !== ML_KEM_PUBLIC_KEY_BYTES) {
      throw new SdkError('KEY_LENGTH', `A public key of ML-KEM-768 has ${ML_KEM_PUBLIC_KEY_BYTES} bytes.`);
    }
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey);
    const id = sha256(publicKey);
    const nonce = randomBytes(NONCE);
    const wrapped = xchacha20poly1305(wrappingKey(sharedSecret, id), nonce).encrypt(contentKey);
    return concatBytes(id, cipherText, nonce, wrapped);
  });
  const header = concatBytes(MAGIC, Uint8Array.of(readers.length), ...slots);
  const nonce = randomBytes(NONCE);
  return concatBytes(header, nonce, xchacha20poly1305(contentKey, nonce, header).encrypt(payload));
}

const wrappingKey = (sharedSecret: Uint8Array, id: Uint8Array): Uint8Array =>
  hkdf(sha256Hash, sharedSecret, id, INFO, KEY);

function split(envelope: Uint8Array): { header: Uint8Array; body: Uint8Array } {
  const count = envelope[MAGIC.length] ?? 0;
  const end = MAGIC.length + 1 + count * SLOT;
  const valid =
    sameBytes(envelope.subarray(0, MAGIC.length), MAGIC) &&
    count > 0 &&
    count <= MAX_READERS &&
    envelope.length >= end + NONCE + TAG;
  if (!valid) throw new SdkError('ENVELOPE_MALFORMED', 'The bytes are not an envelope.');
  return { header: envelope.subarray(0, end), body: envelope.subarray(end) };
}

function unwrap(header: Uint8Array, key: KemKeyPair): Uint8Array {
  const id = sha256(key.publicKey);
  for (let at = MAGIC.length + 1; at < header.length; at += SLOT) {
    if (!sameBytes(header.subarray(at, at + ID), id)) continue;
    const encapsulation = header.subarray(at + ID, at + ID + ENCAPSULATION);
    const nonce = header.subarray(at + ID + ENCAPSULATION, at + SLOT - KEY - TAG);
    const wrapped = header.subarray(at + SLOT - KEY - TAG, at + SLOT);
    const secret = ml_kem768.decapsulate(encapsulation, key.secretKey);
    return decrypt(wrappingKey(secret, id), nonce, wrapped);
  }
  throw new SdkError('ENVELOPE_NOT_FOR_KEY', 'The envelope is not wrapped to this key.', {
    hint: 'Ask the owner for access; it holds for what is recorded afterwards.',
  });
}

function unseal(key: Uint8Array, body: Uint8Array, header: Uint8Array): Uint8Array {
  return decrypt(key, body.subarray(0, NONCE), body.subarray(NONCE), header);
}

function decrypt(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array {
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed);
  } catch {
    throw new SdkError('ENVELOPE_FORGED', 'The envelope was changed after it was sealed.');
  }
}
