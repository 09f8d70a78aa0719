// SPDX-License-Identifier: Apache-2.0
// SCALE of the ledger's types as the plain values that runtime-types describes: numbers up to 32 bits, bigint above, bytes
// in hex, undefined for None, enums as names or {type, value}. Checks values before polkadot-js sees them, because it
// pads and cuts bytes silently.
import { Metadata, type PortableRegistry, TypeRegistry } from '@polkadot/types';
import type { Si1Field, Si1Variant } from '@polkadot/types/interfaces';
import type { Codec, Registry } from '@polkadot/types/types';
import { isHex, stringCamelCase } from '@polkadot/util';
import { decodeAddress, encodeAddress } from '@polkadot/util-crypto';
import type { Hex } from '@training-ledger/runtime-types';
import { sameBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

const LEDGER_CRATES = /^(training_primitives|pallet_(user_models|zkpot|training_ledger|rewards))$/;

type Plain = unknown;
type Fields = readonly Si1Field[];

/** SS58 prefix of addresses, whatever a node's chain spec says: addresses are compared as texts. */
export const SS58_PREFIX = 42;

/** An account id as its address. */
export const accountOf = (codec: Codec): string => encodeAddress(codec.toU8a(), SS58_PREFIX);

/** The chain's extension without data of its own that polkadot-js does not know. */
export const SIGNED_EXTENSIONS = {
  AuthorizeCall: { extrinsic: {}, payload: {} },
  ImmutableRecords: { extrinsic: {}, payload: {} },
};

/** Converts between plain values, polkadot-js codecs and bytes. */
export class LedgerCodec {
  readonly registry: Registry;
  readonly #lookup: PortableRegistry;
  readonly #ids = new Map<string, number>();

  constructor(registry: Registry, lookup: PortableRegistry) {
    this.registry = registry;
    this.#lookup = lookup;
    for (const { id, type } of lookup.types) {
      const [crate, name] = [type.path[0]?.toString(), type.path.at(-1)?.toString()];
      if (crate === undefined || name === undefined) continue;
      // Names such as `Outcome` are also those of other crates' types.
      if (LEDGER_CRATES.test(crate) || !this.#ids.has(name)) this.#ids.set(name, id.toNumber());
    }
  }

  /** A codec of metadata in hex, without a connection. */
  static fromMetadata(metadataHex: Hex): LedgerCodec {
    const registry = new TypeRegistry();
    const metadata = new Metadata(registry, metadataHex);
    registry.setMetadata(metadata, undefined, SIGNED_EXTENSIONS);
    return new LedgerCodec(registry, metadata.asLatest.lookup);
  }

  /**
   * SCALE bytes of a named type.
   * @throws ProtocolError `ARGUMENT_INVALID` naming the place.
   */
  encode(name: string, value: Plain): Uint8Array {
    return this.toCodec(this.#id(name), value, name).toU8a();
  }

  /**
   * The value of a named type's SCALE bytes.
   * @throws ProtocolError `ARGUMENT_INVALID` for bytes that are not exactly one encoded value.
   */
  decode(name: string, bytes: Uint8Array): Plain {
    const id = this.#id(name);
    const { lookupName, type } = this.#lookup.getTypeDef(id);
    let codec: Codec;
    try {
      codec = this.registry.createType(lookupName ?? type, bytes);
    } catch (cause) {
      throw new ProtocolError('ARGUMENT_INVALID', `The bytes are no ${name}.`, { cause });
    }
    // polkadot-js fills up what is too short and leaves over what is too long.
    if (!sameBytes(codec.toU8a(), bytes)) {
      throw new ProtocolError('ARGUMENT_INVALID', `The bytes are no ${name}.`);
    }
    return this.toPlain(codec, id);
  }

  /**
   * A polkadot-js value of a type of the runtime.
   * @throws ProtocolError `ARGUMENT_INVALID` naming the place below `path`.
   */
  toCodec(id: number, value: Plain, path: string): Codec {
    const input = this.#check(id, value, path);
    const { lookupName, type } = this.#lookup.getTypeDef(id);
    return this.registry.createType(lookupName ?? type, input);
  }

  /** The types of a tuple type's parts. */
  partsOf(id: number): number[] {
    return this.#lookup.getSiType(id).def.asTuple.map((part) => part.toNumber());
  }

  /** The plain form of a polkadot-js value. */
  toPlain(codec: Codec, id: number): Plain {
    const { path, def, params } = this.#lookup.getSiType(id);
    const name = path.at(-1)?.toString();
    if (name === 'AccountId32') return accountOf(codec);
    if (name === 'Option') {
      const option = codec as Codec & { isSome: boolean; unwrap(): Codec };
      return option.isSome
        ? this.toPlain(option.unwrap(), params[0]?.type.unwrap().toNumber() as number)
        : undefined;
    }
    if (def.isPrimitive) return plainPrimitive(def.asPrimitive.type, codec);
    if (def.isCompact) {
      return this.toPlain(
        (codec as Codec & { unwrap(): Codec }).unwrap(),
        def.asCompact.type.toNumber(),
      );
    }
    if (def.isSequence) return this.#plainList(codec, def.asSequence.type.toNumber());
    if (def.isArray) return this.#plainList(codec, def.asArray.type.toNumber());
    if (def.isTuple) {
      const ids = def.asTuple.map((part) => part.toNumber());
      if (ids.length === 0) return undefined;
      return [...(codec as unknown as Iterable<Codec>)].map((part, i) =>
        this.toPlain(part, ids[i] as number),
      );
    }
    if (def.isComposite) {
      const fields = def.asComposite.fields;
      if (fields.length === 0) return undefined;
      if (isWrapper(fields)) return this.toPlain(codec, fields[0].type.toNumber());
      return this.#plainFields(codec, fields);
    }
    return this.#plainVariant(codec, def.asVariant.variants);
  }

  #id(name: string): number {
    const id = this.#ids.get(name);
    if (id === undefined)
      throw new ProtocolError('ARGUMENT_INVALID', `The runtime has no type ${name}.`);
    return id;
  }

  #plainList(codec: Codec, item: number): Plain {
    if (this.#isByte(item)) return codec.toHex();
    return [...(codec as unknown as Iterable<Codec>)].map((part) => this.toPlain(part, item));
  }

  #plainFields(codec: Codec, fields: Fields): Plain {
    // By position: polkadot-js renames fields such as `size`.
    const values = [...(codec as unknown as Map<string, Codec>).values()];
    const plain: Record<string, Plain> = {};
    fields.forEach(({ name, type }, i) => {
      const value = this.toPlain(values[i] as Codec, type.toNumber());
      if (value !== undefined) plain[stringCamelCase(name.unwrap().toString())] = value;
    });
    return plain;
  }

  #plainVariant(codec: Codec, variants: readonly Si1Variant[]): Plain {
    const { type, inner } = codec as Codec & { type: string; inner: Codec };
    const all = variants.every(({ fields }) => fields.length === 0);
    if (all) return type;
    const fields = variants.find(({ name }) => name.toString() === type)?.fields ?? [];
    if (fields.length === 0) return { type };
    const first = fields[0] as Si1Field;
    return {
      type,
      value: first.name.isSome
        ? this.#plainFields(inner, [...fields])
        : this.toPlain(inner, first.type.toNumber()),
    };
  }

  #isByte(id: number): boolean {
    const { def } = this.#lookup.getSiType(id);
    return def.isPrimitive && def.asPrimitive.type === 'U8';
  }

  #check(id: number, value: Plain, path: string): Plain {
    const { path: typePath, def, params } = this.#lookup.getSiType(id);
    const name = typePath.at(-1)?.toString();
    if (name === 'AccountId32' || name === 'MultiAddress') return checkAccount(value, path);
    if (name === 'Option') {
      return value === undefined || value === null
        ? null
        : this.#check(params[0]?.type.unwrap().toNumber() as number, value, path);
    }
    if (def.isPrimitive) return checkPrimitive(def.asPrimitive.type, value, path);
    if (def.isCompact) return this.#check(def.asCompact.type.toNumber(), value, path);
    if (def.isSequence)
      return this.#checkList(def.asSequence.type.toNumber(), undefined, value, path);
    if (def.isArray) {
      return this.#checkList(def.asArray.type.toNumber(), def.asArray.len.toNumber(), value, path);
    }
    if (def.isTuple) {
      const ids = def.asTuple.map((part) => part.toNumber());
      if (!Array.isArray(value) || value.length !== ids.length)
        throw invalid(path, `${ids.length} values`);
      return value.map((part, i) => this.#check(ids[i] as number, part, `${path}[${i}]`));
    }
    if (def.isComposite) {
      const fields = [...def.asComposite.fields];
      if (isWrapper(fields)) return this.#check(fields[0].type.toNumber(), value, path);
      return this.#checkFields(fields, value, path);
    }
    return this.#checkVariant(def.asVariant.variants, value, path);
  }

  #checkList(item: number, length: number | undefined, value: Plain, path: string): Plain {
    if (this.#isByte(item)) {
      const hex = typeof value === 'string' && isHex(value) && value.length % 2 === 0;
      const wanted = length === undefined ? '' : `${length} `;
      if (!hex || (length !== undefined && value.length !== 2 + 2 * length)) {
        throw invalid(path, `${wanted}bytes in hex`);
      }
      return value;
    }
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      throw invalid(path, 'a list');
    }
    return value.map((part, i) => this.#check(item, part, `${path}[${i}]`));
  }

  #checkFields(fields: Fields, value: Plain, path: string): Plain {
    if (typeof value !== 'object' || value === null) throw invalid(path, 'an object');
    const names = fields.map(({ name }) => stringCamelCase(name.unwrap().toString()));
    const unknown = Object.keys(value).find((key) => !names.includes(key));
    if (unknown !== undefined)
      throw invalid(`${path}.${unknown}`, 'absent: there is no such field');
    return fields.map(({ type }, i) => {
      const key = names[i] as string;
      return this.#check(type.toNumber(), (value as Record<string, Plain>)[key], `${path}.${key}`);
    });
  }

  #checkVariant(variants: readonly Si1Variant[], value: Plain, path: string): Plain {
    const type = typeof value === 'string' ? value : (value as { type?: string } | undefined)?.type;
    const variant = variants.find(({ name }) => name.toString() === type);
    if (type === undefined || variant === undefined) {
      throw invalid(path, `one of ${variants.map(({ name }) => name).join(', ')}`);
    }
    const fields = [...variant.fields];
    if (fields.length === 0) return type;
    const inner = (value as { value?: Plain }).value;
    const first = fields[0] as Si1Field;
    const checked = first.name.isSome
      ? this.#checkFields(fields, inner, `${path}.${type}`)
      : this.#check(first.type.toNumber(), inner, `${path}.${type}`);
    return { [type]: checked };
  }
}

/** A struct of one field without a name: hashes, bounded vectors, fractions. */
function isWrapper(fields: Fields): fields is readonly [Si1Field] {
  return fields.length === 1 && (fields[0] as Si1Field).name.isNone;
}

const invalid = (path: string, wanted: string): ProtocolError =>
  new ProtocolError('ARGUMENT_INVALID', `${path} must be ${wanted}.`);

function checkAccount(value: Plain, path: string): Plain {
  try {
    decodeAddress(value as string);
    return value;
  } catch {
    throw invalid(path, 'an account in SS58 or its 32 bytes in hex');
  }
}

function checkPrimitive(type: string, value: Plain, path: string): Plain {
  const integer = /^([UI])(\d+)$/.exec(type);
  if (integer === null) {
    if (type === 'Bool' && typeof value !== 'boolean') throw invalid(path, 'true or false');
    return value;
  }
  const bits = BigInt(integer[2] as string);
  const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value);
  const signed = integer[1] === 'I';
  const [min, max] = signed ? [-(1n << (bits - 1n)), 1n << (bits - 1n)] : [0n, 1n << bits];
  if (!isInteger || BigInt(value as bigint) < min || BigInt(value as bigint) >= max) {
    throw invalid(path, `an integer of ${bits} bits${signed ? '' : ', 0 or more'}`);
  }
  return value;
}

function plainPrimitive(type: string, codec: Codec): Plain {
  if (/^[UI](8|16|32)$/.test(type)) return Number(codec.toString());
  if (/^[UI]/.test(type)) return BigInt(codec.toString());
  if (type === 'Bool') return (codec as Codec & { isTrue: boolean }).isTrue;
  return codec.toString();
}
