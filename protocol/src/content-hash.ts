// SPDX-License-Identifier: Apache-2.0
// Contents by the hash of themselves. The chain holds sha2-256 digests; the CID is CIDv1 (raw) of them.
import type { Hex } from '@training-ledger/runtime-types';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { fromHex, sha256, toHex } from './bytes.ts';
import { ProtocolError } from './errors.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** The CIDv1 (raw, sha2-256, base32) of a digest. */
export function cidOf(hash: Hex): string {
  return CID.createV1(RAW, create(SHA2_256, checkHash(hash))).toString();
}

/**
 * The digest in a CID.
 * @throws ProtocolError `CID_INVALID` for anything but CIDv1, raw, sha2-256.
 */
export function hashOfCid(text: string): Hex {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new ProtocolError('CID_INVALID', 'Not a CID.', { cause });
  }
  const { code, digest } = cid.multihash;
  if (cid.version !== 1 || cid.code !== RAW || code !== SHA2_256 || digest.length !== 32) {
    throw new ProtocolError(
      'CID_INVALID',
      'The ledger uses CIDv1 with the raw codec and sha2-256.',
    );
  }
  return toHex(digest);
}

/**
 * The 32 bytes of a digest in lower-case hex.
 * @throws ProtocolError `CID_INVALID`.
 */
export function checkHash(hash: Hex): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(hash)) {
    throw new ProtocolError('CID_INVALID', 'A content hash is 32 bytes in lower-case hex with 0x.');
  }
  return fromHex(hash);
}

/** The digest under which bytes are stored. */
export const contentHash = (bytes: Uint8Array): Hex => toHex(sha256(bytes));

/** {@link contentHash} by Web Crypto: of long contents much sooner, and beside other work. */
export async function longContentHash(bytes: Uint8Array): Promise<Hex> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return toHex(new Uint8Array(digest));
}
