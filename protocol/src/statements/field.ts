// SPDX-License-Identifier: Apache-2.0
// Scalars of BN254: the field that the circuits compute in.
import { StatementError } from './errors.ts';

/** Order of BN254's groups: the modulus of the scalars. */
export const FIELD_ORDER =
  21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Whether `value` is a canonical scalar. */
export function isField(value: bigint): boolean {
  return value >= 0n && value < FIELD_ORDER;
}

/** The scalar that an integer of either sign stands for. */
export function toField(value: bigint | number): bigint {
  const residue = BigInt(value) % FIELD_ORDER;
  return residue < 0n ? residue + FIELD_ORDER : residue;
}

/**
 * 32 bytes, little-endian: how the chain takes a scalar.
 * @throws StatementError `FIELD_RANGE` if `value` is not below the order.
 */
export function fieldToBytes(value: bigint): Uint8Array {
  if (!isField(value)) {
    throw new StatementError(
      'FIELD_RANGE',
      'A scalar must be at least 0 and below the group order.',
    );
  }
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/**
 * The scalar of 32 little-endian bytes.
 * @throws StatementError `FIELD_ENCODING` for another length or a value that is not canonical.
 */
export function fieldFromBytes(bytes: Uint8Array): bigint {
  if (bytes.length !== 32) {
    throw new StatementError('FIELD_ENCODING', 'A scalar has 32 bytes.', `Got ${bytes.length}.`);
  }
  const value = littleEndian(bytes);
  if (!isField(value)) {
    throw new StatementError('FIELD_ENCODING', 'The bytes are not a scalar below the group order.');
  }
  return value;
}

/** The scalar of a digest: its first 31 bytes, little-endian, which are below the order whatever they are. */
export function digestToField(digest: Uint8Array): bigint {
  if (digest.length < 31) {
    throw new StatementError(
      'FIELD_ENCODING',
      'A digest has at least 31 bytes.',
      `Got ${digest.length}.`,
    );
  }
  return littleEndian(digest.subarray(0, 31));
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/** A random scalar, uniform up to 2^-120, from 48 bytes of the platform's generator. */
export function randomField(): bigint {
  return littleEndian(crypto.getRandomValues(new Uint8Array(48))) % FIELD_ORDER;
}
