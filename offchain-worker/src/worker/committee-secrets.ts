// SPDX-License-Identifier: Apache-2.0
// What a committee member must not lose and nobody else may see: its one-time key, its dealing until it is uploaded, and its
// share of the federation's key. A file a committee, sealed with XChaCha20-Poly1305 under a key derived from the worker's
// sealing key, so that the journal alone opens nothing.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '@training-ledger/runtime-types';
import type { MlDsaKeyPair } from '@training-ledger/sdk';
import { WorkerError } from '../errors.ts';
import { writeSecretFile } from '../keys/secret-file.ts';

const CONTEXT = utf8ToBytes('training-ledger/committee-secrets/v1');
const NONCE = 24;

/** A member's secrets in one committee. */
export interface MemberSecrets {
  /** 64 bytes: seed of the one-time ML-KEM-768 key. */
  readonly kemSeed: Uint8Array;
  /** Its dealing, once made. */
  readonly dealing?: Uint8Array;
  /** Its share of the key, once every dealing was checked. */
  readonly memberKey?: Uint8Array;
}

/** The secrets of one worker, by committee. */
export class CommitteeSecrets {
  readonly #folder: string;
  readonly #key: Uint8Array;

  constructor(folder: string, sealing: MlDsaKeyPair) {
    this.#folder = folder;
    this.#key = hkdf(sha256, sealing.secretKey, undefined, CONTEXT, 32);
  }

  /**
   * The secrets in a committee; undefined before there are any.
   * @throws WorkerError `JOURNAL_MALFORMED` if the file was changed or is of another worker.
   */
  async read(base: Hex, epoch: number): Promise<MemberSecrets | undefined> {
    const path = this.#path(base, epoch);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes === undefined) return undefined;
    try {
      const plain = this.#cipher(bytes.subarray(0, NONCE), base, epoch).decrypt(
        bytes.subarray(NONCE),
      );
      const { kemSeed, dealing, memberKey } = JSON.parse(Buffer.from(plain).toString('utf8'));
      return {
        kemSeed: hexToBytes(kemSeed),
        ...(dealing === undefined ? {} : { dealing: hexToBytes(dealing) }),
        ...(memberKey === undefined ? {} : { memberKey: hexToBytes(memberKey) }),
      };
    } catch (cause) {
      throw new WorkerError('JOURNAL_MALFORMED', 'The secrets of a committee cannot be read.', {
        details: path,
        hint: 'Restore the file: without it the worker has no share of the key.',
        cause,
      });
    }
  }

  /** Writes the secrets in a committee, as a whole or not at all. */
  async write(base: Hex, epoch: number, secrets: MemberSecrets): Promise<void> {
    const text = JSON.stringify({
      kemSeed: bytesToHex(secrets.kemSeed),
      ...(secrets.dealing === undefined ? {} : { dealing: bytesToHex(secrets.dealing) }),
      ...(secrets.memberKey === undefined ? {} : { memberKey: bytesToHex(secrets.memberKey) }),
    });
    const nonce = randomBytes(NONCE);
    const sealed = this.#cipher(nonce, base, epoch).encrypt(utf8ToBytes(text));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeSecretFile(this.#path(base, epoch), Buffer.concat([nonce, sealed]));
  }

  #cipher(nonce: Uint8Array, base: Hex, epoch: number): ReturnType<typeof xchacha20poly1305> {
    return xchacha20poly1305(this.#key, nonce, utf8ToBytes(`${base}/${epoch}`));
  }

  #path(base: Hex, epoch: number): string {
    return join(this.#folder, `${base.slice(2, 18)}-committee-${epoch}.sealed`);
  }
}
