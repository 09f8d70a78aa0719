// SPDX-License-Identifier: Apache-2.0
// Envelopes: private payloads for a few readers.
//
// The payload is sealed by XChaCha20-Poly1305 under a random key. For each reader the key is wrapped: ML-KEM-768
// (FIPS 203) gives a shared secret, HKDF-SHA-256 (RFC 5869) a wrapping key, XChaCha20-Poly1305 the wrapped key. The header
// (readers and commitment) is authenticated with the payload. Poly1305 alone would let a sealer make bytes that two keys
// open to two payloads: the commitment to the key makes sure that all readers see the same.
//
// header = "TLE1" ‖ readers u8 ‖ readers x (key id 32 ‖ encapsulation 1088 ‖ nonce 24 ‖ wrapped key 48) ‖ commitment 32
// envelope = header ‖ nonce 24 ‖ sealed payload
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 as sha256Hash } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { concatBytes, sameBytes, sha256, utf8ToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decapsulate, encapsulate, type KemKeyPair } from './kem.ts';
import { ML_KEM_CIPHERTEXT_BYTES as ENCAPSULATION } from './suite.ts';

const MAGIC = utf8ToBytes('TLE1');
const WRAP = utf8ToBytes('training-ledger/envelope/wrap/v1');
const SEAL = utf8ToBytes('training-ledger/envelope/seal/v1');
const COMMIT = utf8ToBytes('training-ledger/envelope/commit/v1');
const ID = 32;
const NONCE = 24;
const TAG = 16;
const KEY = 32;
const COMMITMENT = 32;
const SLOT = ID + ENCAPSULATION + NONCE + KEY + TAG;

/** Most readers of one envelope. */
export const MAX_READERS = 64;

/** Whether bytes begin as an envelope does. A file of weights cannot: its header would be above every limit. */
export const isEnvelope = (bytes: Uint8Array): boolean =>
  sameBytes(bytes.subarray(0, MAGIC.length), MAGIC);

/**
 * Seals a payload for the holders of these ML-KEM-768 public keys.
 * @throws ProtocolError `ENVELOPE_RECIPIENTS`, `KEY_LENGTH` or `KEY_INVALID`.
 */
export function sealEnvelope(payload: Uint8Array, readers: readonly Uint8Array[]): Uint8Array {
  if (readers.length === 0 || readers.length > MAX_READERS) {
    throw new ProtocolError('ENVELOPE_RECIPIENTS', `An envelope has 1 to ${MAX_READERS} readers.`, {
      details: `Got ${readers.length}.`,
    });
  }
  const key = randomBytes(KEY);
  const slots = readers.map((publicKey) => wrap(key, publicKey));
  const header = concatBytes(MAGIC, Uint8Array.of(readers.length), ...slots, derive(key, COMMIT));
  const nonce = randomBytes(NONCE);
  const sealed = xchacha20poly1305(derive(key, SEAL), nonce, header).encrypt(payload);
  return concatBytes(header, nonce, sealed);
}

/**
 * Opens an envelope.
 * @throws ProtocolError `ENVELOPE_MALFORMED`, `ENVELOPE_NOT_FOR_KEY`, `ENVELOPE_FORGED`, `KEY_LENGTH` or `KEY_INVALID`; never
 * gives part of a payload.
 */
export function openEnvelope(envelope: Uint8Array, keys: KemKeyPair): Uint8Array {
  const { header, body } = split(envelope);
  const key = unwrap(header, keys);
  if (!sameBytes(derive(key, COMMIT), header.subarray(-COMMITMENT))) throw forged();
  return decrypt(derive(key, SEAL), body, header);
}

/**
 * Seals the payload of an envelope that `key` opens again, for other readers and under a new key.
 * @throws ProtocolError as {@link openEnvelope} and {@link sealEnvelope}.
 */
export function rewrapEnvelope(
  envelope: Uint8Array,
  keys: KemKeyPair,
  readers: readonly Uint8Array[],
): Uint8Array {
  return sealEnvelope(openEnvelope(envelope, keys), readers);
}

function derive(key: Uint8Array, purpose: Uint8Array, salt?: Uint8Array): Uint8Array {
  return hkdf(sha256Hash, key, salt, purpose, 32);
}

function wrap(key: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const { ciphertext, sharedSecret } = encapsulate(publicKey);
  const id = sha256(publicKey);
  const nonce = randomBytes(NONCE);
  const wrapped = xchacha20poly1305(derive(sharedSecret, WRAP, id), nonce).encrypt(key);
  return concatBytes(id, ciphertext, nonce, wrapped);
}

function split(envelope: Uint8Array): { header: Uint8Array; body: Uint8Array } {
  const count = envelope[MAGIC.length] ?? 0;
  const end = MAGIC.length + 1 + count * SLOT + COMMITMENT;
  const valid =
    sameBytes(envelope.subarray(0, MAGIC.length), MAGIC) &&
    count > 0 &&
    count <= MAX_READERS &&
    envelope.length >= end + NONCE + TAG;
  if (!valid) throw new ProtocolError('ENVELOPE_MALFORMED', 'The bytes are not an envelope.');
  return { header: envelope.subarray(0, end), body: envelope.subarray(end) };
}

function unwrap(header: Uint8Array, keys: KemKeyPair): Uint8Array {
  const id = sha256(keys.publicKey);
  const end = header.length - COMMITMENT;
  for (let at = MAGIC.length + 1; at < end; at += SLOT) {
    const slot = header.subarray(at, at + SLOT);
    if (!sameBytes(slot.subarray(0, ID), id)) continue;
    const secret = decapsulate(keys, slot.subarray(ID, ID + ENCAPSULATION));
    return decrypt(derive(secret, WRAP, id), slot.subarray(ID + ENCAPSULATION));
  }
  throw new ProtocolError('ENVELOPE_NOT_FOR_KEY', 'The envelope is not wrapped to this key.', {
    hint: 'Ask the owner for access; it holds for what is recorded afterwards.',
  });
}

/** Opens nonce ‖ ciphertext ‖ tag. */
function decrypt(key: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array {
  const nonce = sealed.subarray(0, NONCE);
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed.subarray(NONCE));
  } catch {
    throw forged();
  }
}

const forged = (): ProtocolError =>
  new ProtocolError(
    'ENVELOPE_FORGED',
    'The envelope was changed, or the secret key is another one.',
  );
