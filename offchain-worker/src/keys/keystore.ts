// SPDX-License-Identifier: Apache-2.0
// A worker's keys in one file: an sr25519 seed and an ML-DSA-65 seed, sealed by a passphrase (scrypt, RFC 7914, and
// XChaCha20-Poly1305). The file is for its owner's eyes only.
import { type ScryptOptions, scrypt } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { bytesToHex, hexToBytes, randomBytes } from '@noble/hashes/utils.js';
import { WorkerError } from '../errors.ts';

const FORMAT = 'training-ledger/keystore/v1';
const MAX_BYTES = 4_096;
/** It takes 32 MiB, which is all that Node allows by default. */
const SCRYPT: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/** Seeds of 32 bytes each. */
export interface WorkerSeeds {
  /** Signs transactions (sr25519). */
  readonly account: Uint8Array;
  /** Signs blocks (ML-DSA-65). */
  readonly sealing: Uint8Array;
}

/** New random seeds. */
export function generateSeeds(): WorkerSeeds {
  return { account: randomBytes(32), sealing: randomBytes(32) };
}

/**
 * Writes a keystore, readable by its owner only.
 * @throws WorkerError `KEYSTORE_EXISTS`: keys are never overwritten; `KEYSTORE_PASSPHRASE` for a short passphrase.
 */
export async function writeKeystore(
  path: string,
  seeds: WorkerSeeds,
  passphrase: string,
): Promise<void> {
  checkPassphrase(passphrase);
  const salt = randomBytes(16);
  const nonce = randomBytes(24);
  const key = await keyOf(passphrase, salt);
  const plain = new Uint8Array(64);
  plain.set(seeds.account);
  plain.set(seeds.sealing, 32);
  const sealed = xchacha20poly1305(key, nonce).encrypt(plain);
  const text = JSON.stringify({
    format: FORMAT,
    salt: bytesToHex(salt),
    nonce: bytesToHex(nonce),
    sealed: bytesToHex(sealed),
  });
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new WorkerError('KEYSTORE_EXISTS', 'There is a file of this name.', { details: path });
  });
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Reads a keystore.
 * @throws WorkerError `KEYSTORE_EXPOSED` if others may read the file, `KEYSTORE_MALFORMED` or `KEYSTORE_PASSPHRASE`.
 */
export async function readKeystore(path: string, passphrase: string): Promise<WorkerSeeds> {
  checkPassphrase(passphrase);
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new WorkerError('KEYSTORE_EXPOSED', 'Others may read the keystore.', {
      details: path,
      hint: `Run: chmod 600 ${path}`,
    });
  }
  if ((await stat(path)).size > MAX_BYTES) throw malformed();
  const { salt, nonce, sealed } = parse(await readFile(path, 'utf8'));
  const key = await keyOf(passphrase, salt);
  try {
    const plain = xchacha20poly1305(key, nonce).decrypt(sealed);
    return { account: plain.slice(0, 32), sealing: plain.slice(32, 64) };
  } catch {
    throw new WorkerError('KEYSTORE_PASSPHRASE', 'The passphrase does not open the keystore.');
  }
}

/** Off the main thread: it takes a tenth of a second. */
function keyOf(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function checkPassphrase(passphrase: string): void {
  if (passphrase.length < 8) {
    throw new WorkerError('KEYSTORE_PASSPHRASE', 'A passphrase has at least 8 characters.');
  }
}

function parse(text: string): { salt: Uint8Array; nonce: Uint8Array; sealed: Uint8Array } {
  try {
    const { format, salt, nonce, sealed } = JSON.parse(text);
    const parsed = { salt: hexToBytes(salt), nonce: hexToBytes(nonce), sealed: hexToBytes(sealed) };
    if (
      format !== FORMAT ||
      parsed.salt.length !== 16 ||
      parsed.nonce.length !== 24 ||
      parsed.sealed.length !== 80
    ) {
      throw new Error('unknown format');
    }
    return parsed;
  } catch {
    throw malformed();
  }
}

const malformed = (): WorkerError =>
  new WorkerError('KEYSTORE_MALFORMED', 'The file is not a keystore.');
