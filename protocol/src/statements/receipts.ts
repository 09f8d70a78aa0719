// SPDX-License-Identifier: Apache-2.0
// Receipts of inference nodes: EdDSA-Poseidon on BabyJubJub, as circomlib's EdDSAPoseidonVerifier checks it:
// S B = R + 8 h A with h = P(R, A, message) and B of prime order. Keys and nonces come of SHA-512 as in RFC 8032.
// Not constant-time: sign where no other tenant can time it.
import { babyjubjub } from '@noble/curves/misc.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { receiptMessage } from './commitments.ts';
import { StatementError } from './errors.ts';
import { fieldToBytes, isField } from './field.ts';
import { poseidon } from './hash.ts';

const { Point } = babyjubjub;
const ORDER = Point.Fn.ORDER;
type Affine = readonly [bigint, bigint];

/** An inference node's key pair. */
export interface NodeKeyPair {
  /** 32 or more random bytes. */
  readonly secret: Uint8Array;
  readonly publicKey: Affine;
}

/** A signed receipt: the node saw this interaction's commitment at this time. */
export interface Receipt {
  readonly commitment: bigint;
  /** Milliseconds of the Unix epoch. */
  readonly time: number;
  readonly publicKey: Affine;
  readonly signature: { readonly R8: Affine; readonly S: bigint };
}

/**
 * The key pair of a secret.
 * @throws StatementError `FIELD_ENCODING` for fewer than 32 bytes.
 */
export function nodeKeyPair(secret: Uint8Array): NodeKeyPair {
  if (secret.length < 32) {
    throw new StatementError(
      'FIELD_ENCODING',
      'The secret of an inference node has at least 32 bytes.',
    );
  }
  return { secret, publicKey: affine(Point.BASE.multiply(scalar('key', secret))) };
}

/** Signs an interaction's commitment. */
export function signReceipt(key: NodeKeyPair, commitment: bigint, time: number): Receipt {
  const message = receiptMessage(commitment, time);
  const nonce = scalar('nonce', key.secret, fieldToBytes(message));
  const R8 = affine(Point.BASE.multiply(nonce));
  const hash = poseidon([...R8, ...key.publicKey, message]);
  const S = (nonce + 8n * (hash % ORDER) * scalar('key', key.secret)) % ORDER;
  return { commitment, time, publicKey: key.publicKey, signature: { R8, S } };
}

/** Whether a receipt's signature is its key's over its commitment and time. */
export function verifyReceipt({ commitment, time, publicKey, signature }: Receipt): boolean {
  const { R8, S } = signature;
  // The library takes coordinates beyond the modulus for those below it.
  if (![...publicKey, ...R8].every(isField)) return false;
  try {
    const [A, R] = [publicKey, R8].map(([x, y]) => {
      const point = Point.fromAffine({ x, y });
      point.assertValidity();
      return point;
    }) as [typeof Point.BASE, typeof Point.BASE];
    if (!A.isTorsionFree() || S <= 0n || S >= ORDER) return false;
    const hash = poseidon([...R8, ...publicKey, receiptMessage(commitment, time)]);
    return Point.BASE.multiply(S).equals(R.add(A.multiply((8n * hash) % ORDER)));
  } catch {
    // Points off the curve, or a hash of zero.
    return false;
  }
}

function affine(point: typeof Point.BASE): Affine {
  const { x, y } = point.toAffine();
  return [x, y];
}

/** A scalar of the group, 1 or more, from 512 bits of a hash. */
function scalar(domain: string, ...parts: Uint8Array[]): bigint {
  const digest = sha512(concatBytes(utf8ToBytes(`training-ledger/receipt/${domain}/v1`), ...parts));
  return (digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % (ORDER - 1n)) + 1n;
}
