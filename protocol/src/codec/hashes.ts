// SPDX-License-Identifier: Apache-2.0
// Ids, bindings and commitments, byte for byte as chain/primitives makes them.
import { decodeAddress } from '@polkadot/util-crypto';
import type {
  AccountId,
  Hex,
  OpContents,
  TrainingBlock,
  TrainingOp,
} from '@training-ledger/runtime-types';
import { blake2, concatBytes, fromHex, toHex, utf8ToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { digestToField } from '../statements/index.ts';
import type { LedgerCodec } from './ledger-codec.ts';

/** What a proof is for; its SCALE encoding is part of the binding. */
export type BindingContext =
  | {
      readonly type: 'Op';
      readonly model: Hex;
      readonly index: number;
      readonly prevHash: Hex;
      readonly contents: Hex;
    }
  | { readonly type: 'Contribution'; readonly model: Hex }
  | { readonly type: 'Request'; readonly subject: Hex; readonly request: Hex }
  | { readonly type: 'Round'; readonly base: Hex; readonly round: number }
  | { readonly type: 'Generation'; readonly base: Hex; readonly generation: number }
  | {
      /** An op after another one in a batch. */
      readonly type: 'Following';
      readonly model: Hex;
      readonly index: number;
      /** {@link contextHash} of the other op's context. */
      readonly previous: Hex;
      readonly contents: Hex;
    };

/**
 * Little-endian u32, as SCALE has it.
 * @throws ProtocolError `ARGUMENT_INVALID` for anything but an integer of 32 bits.
 */
export function u32(value: number): Uint8Array {
  if (value !== value >>> 0)
    throw new ProtocolError('ARGUMENT_INVALID', 'Not an integer of 32 bits.');
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Public input 0 of a proof by `account`. */
export function bindingOf(genesis: Hex, account: AccountId, context: BindingContext): bigint {
  return digestToField(
    blake2(
      utf8ToBytes('training-ledger/binding/v1'),
      fromHex(genesis),
      decodeAddress(account),
      encodeContext(context),
    ),
  );
}

function encodeContext(context: BindingContext): Uint8Array {
  switch (context.type) {
    case 'Op':
      return concatBytes(
        Uint8Array.of(0),
        fromHex(context.model),
        u32(context.index),
        fromHex(context.prevHash),
        fromHex(context.contents),
      );
    case 'Contribution':
      return concatBytes(Uint8Array.of(1), fromHex(context.model));
    case 'Request':
      return concatBytes(Uint8Array.of(2), fromHex(context.subject), fromHex(context.request));
    case 'Round':
      return concatBytes(Uint8Array.of(3), fromHex(context.base), u32(context.round));
    case 'Generation':
      return concatBytes(Uint8Array.of(4), fromHex(context.base), u32(context.generation));
    case 'Following':
      return concatBytes(
        Uint8Array.of(5),
        fromHex(context.model),
        u32(context.index),
        fromHex(context.previous),
        fromHex(context.contents),
      );
  }
}

/** Hash of a context: to it the proofs of the op are bound that follows in a batch. */
export function contextHash(context: BindingContext): Hex {
  return toHex(blake2(encodeContext(context)));
}

/** The `request` of a binding: the hash of its name and SCALE-encoded argument. */
export function requestHash(
  name: 'fork' | 'export' | 'history' | 'hand-over',
  argument: Uint8Array,
): Hex {
  return toHex(blake2(utf8ToBytes(name), argument));
}

/** What a worker commits to. */
export function commitmentHash(
  genesis: Hex,
  account: AccountId,
  { base, round, state, nonce }: { base: Hex; round: number; state: Hex; nonce: Hex },
): Hex {
  return toHex(
    blake2(
      utf8ToBytes('training-ledger/commit/v1'),
      fromHex(genesis),
      decodeAddress(account),
      fromHex(base),
      u32(round),
      fromHex(state),
      fromHex(nonce),
    ),
  );
}

/** Hash of an op's contents, as bound by its proofs. */
export function contentsHash(codec: LedgerCodec, contents: OpContents): Hex {
  return toHex(blake2(codec.encode('OpContents', contents)));
}

/** An op's id. */
export function opId(codec: LedgerCodec, op: TrainingOp): Hex {
  return toHex(blake2(utf8ToBytes('training-ledger/op/v1'), codec.encode('TrainingOp', op)));
}

/** A training block's hash. */
export function blockHash(codec: LedgerCodec, block: TrainingBlock): Hex {
  return toHex(
    blake2(utf8ToBytes('training-ledger/block/v1'), codec.encode('TrainingBlock', block)),
  );
}
