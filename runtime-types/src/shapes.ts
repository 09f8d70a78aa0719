// SPDX-License-Identifier: Apache-2.0
// What a part of a runtime looks like, as text: two runtimes with the same text read and write the same bytes. Type ids, which differ
// from build to build, do not occur in it, and docs neither.

import './require-node.ts';

interface Id {
  toNumber(): number;
}
interface Text {
  toString(): string;
}

/** A field of a struct, a variant, a call or an event. */
export interface FieldShape {
  readonly name: { readonly isSome: boolean; unwrap(): Text };
  readonly type: Id;
}

/** The definition of a type, as polkadot-js has it. */
interface TypeDef {
  readonly isPrimitive: boolean;
  readonly asPrimitive: { readonly type: string };
  readonly isCompact: boolean;
  readonly asCompact: { readonly type: Id };
  readonly isSequence: boolean;
  readonly asSequence: { readonly type: Id };
  readonly isArray: boolean;
  readonly asArray: { readonly len: Id; readonly type: Id };
  readonly isTuple: boolean;
  readonly asTuple: Iterable<Id>;
  readonly isComposite: boolean;
  readonly asComposite: { readonly fields: Iterable<FieldShape> };
  readonly isVariant: boolean;
  readonly asVariant: {
    readonly variants: Iterable<{
      readonly index: Id;
      readonly name: Text;
      readonly fields: Iterable<FieldShape>;
    }>;
  };
}

/** A runtime's types by id. */
export interface TypeLookup {
  getSiType(id: number): { readonly def: TypeDef };
}

/** A storage item. */
export interface StorageShape {
  readonly modifier: { readonly isOptional: boolean };
  readonly type: {
    readonly isPlain: boolean;
    readonly asPlain: Id;
    readonly asMap: {
      readonly hashers: Iterable<{ readonly type: string }>;
      readonly key: Id;
      readonly value: Id;
    };
  };
}

/** A method of a runtime API. */
export interface MethodShape {
  readonly inputs: Iterable<{ readonly name: Text; readonly type: Id }>;
  readonly output: Id;
}

/** Describes the parts of one runtime. */
export class Shapes {
  readonly #lookup: TypeLookup;

  constructor(lookup: TypeLookup) {
    this.#lookup = lookup;
  }

  /** Hashers, keys and value of a storage item, and whether there may be no value. */
  storage({ modifier, type }: StorageShape): string {
    const end = modifier.isOptional ? '?' : '';
    if (type.isPlain) return `${this.#type(type.asPlain, [])}${end}`;
    const { hashers, key, value } = type.asMap;
    const names = [...hashers].map((hasher) => hasher.type).join(',');
    return `${names}:${this.#type(key, [])}=>${this.#type(value, [])}${end}`;
  }

  /** Arguments of a call, or data of an event. */
  fields(fields: Iterable<FieldShape>): string {
    return this.#fields(fields, []);
  }

  /** Inputs and output of a runtime API's method. */
  method({ inputs, output }: MethodShape): string {
    const given = [...inputs].map(({ name, type }) => `${name}:${this.#type(type, [])}`);
    return `(${given.join(',')})=>${this.#type(output, [])}`;
  }

  #fields(fields: Iterable<FieldShape>, outer: readonly number[]): string {
    const texts = [...fields].map(({ name, type }) => {
      const label = name.isSome ? name.unwrap().toString() : '';
      return `${label}:${this.#type(type, outer)}`;
    });
    return `{${texts.join(',')}}`;
  }

  #type(type: Id, outer: readonly number[]): string {
    const id = type.toNumber();
    const depth = outer.lastIndexOf(id);
    // A type within itself is named by how far out it begins.
    if (depth >= 0) return `^${outer.length - depth}`;
    const inside = [...outer, id];
    const of = (inner: Id): string => this.#type(inner, inside);
    const { def } = this.#lookup.getSiType(id);
    if (def.isPrimitive) return def.asPrimitive.type;
    if (def.isCompact) return `compact(${of(def.asCompact.type)})`;
    if (def.isSequence) return `[${of(def.asSequence.type)}]`;
    if (def.isArray) return `[${of(def.asArray.type)};${def.asArray.len.toNumber()}]`;
    if (def.isTuple) return `(${[...def.asTuple].map(of).join(',')})`;
    if (def.isComposite) return this.#fields(def.asComposite.fields, inside);
    if (!def.isVariant) throw new Error(`Type ${id} has no shape.`);
    const variants = [...def.asVariant.variants].map(
      ({ index, name, fields }) => `${index.toNumber()} ${name}${this.#fields(fields, inside)}`,
    );
    return `<${variants.join('|')}>`;
  }
}
