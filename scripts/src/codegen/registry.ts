// SPDX-License-Identifier: Apache-2.0
// The runtime's types as TypeScript.

import { Metadata, type PortableRegistry, TypeRegistry } from '@polkadot/types';
import type { Si1Variant } from '@polkadot/types/interfaces';
import { stringCamelCase } from '@polkadot/util';

/** Pallets whose calls, storage, events, errors and constants get types. */
export const PALLETS = [
  'UserModels',
  'Committee',
  'Zkpot',
  'TrainingLedger',
  'Rewards',
  'UserModelSync',
] as const;
/** Runtime APIs that get types. */
export const APIS = ['TrainingLedgerApi', 'UserModelSyncApi'] as const;

/** Reads metadata and names its types. Declarations are collected as they are first used. */
export class Types {
  readonly metadata: Metadata;
  readonly lookup: PortableRegistry;
  readonly #declarations = new Map<string, string>();
  readonly #names = new Map<string, number>();

  constructor(metadataHex: `0x${string}`) {
    const registry = new TypeRegistry();
    this.metadata = new Metadata(registry, metadataHex);
    // The types of transaction extensions are not read here: without this, unknown ones are warned of.
    const extensions = this.metadata.asLatest.extrinsic.transactionExtensions.map(
      ({ identifier }) => [identifier.toString(), { extrinsic: {}, payload: {} }],
    );
    registry.setMetadata(this.metadata, undefined, Object.fromEntries(extensions));
    this.lookup = this.metadata.asLatest.lookup;
  }

  /** Declarations of all named types that were used, sorted by name. */
  declarations(): string {
    return [...this.#declarations.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join('\n\n');
  }

  /** Names of the declared types. */
  declaredNames(): string[] {
    return [...this.#declarations.keys()].sort();
  }

  /** The TypeScript type of a type of the runtime. */
  type(id: number): string {
    const { path, def, params } = this.lookup.getSiType(id);
    const name = path.at(-1)?.toString();
    if (name === 'AccountId32') return 'AccountId';
    if (name === 'MultiAddress') return 'AccountId';
    if (name === 'Option') {
      const some = params[0]?.type.unwrap().toNumber();
      return `${this.type(some as number)} | undefined`;
    }
    if (def.isPrimitive) return primitive(def.asPrimitive.type);
    if (def.isCompact) return this.type(def.asCompact.type.toNumber());
    if (def.isSequence) return this.#list(def.asSequence.type.toNumber());
    if (def.isArray) return this.#list(def.asArray.type.toNumber());
    if (def.isTuple) {
      const parts = def.asTuple.map((part) => this.type(part.toNumber()));
      return parts.length === 0 ? 'undefined' : `readonly [${parts.join(', ')}]`;
    }
    if (def.isComposite) {
      const fields = def.asComposite.fields;
      // Wrappers: hashes, bounded vectors, fractions.
      if (fields.length === 1 && fields[0]?.name.isNone)
        return this.type(fields[0].type.toNumber());
      if (fields.length === 0) return 'undefined';
      return this.#declare(
        name as string,
        id,
        () => `export interface ${name} ${this.fields(fields)}`,
      );
    }
    if (def.isVariant) {
      return this.#declare(name as string, id, () =>
        this.#union(name as string, def.asVariant.variants),
      );
    }
    throw new Error(`Type ${id} (${path.join('::')}) has no TypeScript form.`);
  }

  /** An object type of named fields. */
  fields(
    fields: Iterable<{
      name: { isSome: boolean; unwrap(): { toString(): string } };
      type: { toNumber(): number };
      docs: Iterable<{ toString(): string }>;
    }>,
  ): string {
    const lines = [...fields].map((field) => {
      const name = stringCamelCase(field.name.unwrap().toString());
      const type = this.type(field.type.toNumber());
      // What may be undefined may be left out.
      const optional = type.endsWith('| undefined') ? '?' : '';
      return `${doc(field.docs, '  ')}  readonly ${name}${optional}: ${type};`;
    });
    return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('\n')}\n}`;
  }

  #list(item: number): string {
    const type = this.type(item);
    const { def } = this.lookup.getSiType(item);
    return def.isPrimitive && def.asPrimitive.type === 'U8' ? 'Hex' : `readonly (${type})[]`;
  }

  #union(name: string, variants: Iterable<Si1Variant>): string {
    const all = [...variants];
    if (all.every(({ fields }) => fields.length === 0)) {
      return `export type ${name} =\n${all.map((variant) => `  | '${variant.name}'`).join('\n')};`;
    }
    const members = all.map(({ name: variant, fields }) => {
      if (fields.length === 0)
        return `  | { readonly type: '${variant}'; readonly value?: undefined }`;
      const named = fields[0]?.name.isSome;
      const value = named ? this.fields(fields) : this.type(fields[0]?.type.toNumber() as number);
      return `  | { readonly type: '${variant}'; readonly value: ${value} }`;
    });
    return `export type ${name} =\n${members.join('\n')};`;
  }

  #declare(name: string, id: number, make: () => string): string {
    const known = this.#names.get(name);
    if (known === undefined) {
      this.#names.set(name, id);
      this.#declarations.set(name, '');
      const docs = this.lookup.getSiType(id).docs;
      this.#declarations.set(name, doc(docs) + make());
    } else if (known !== id) {
      throw new Error(`Two types of the runtime are called ${name}.`);
    }
    return name;
  }
}

function primitive(type: string): string {
  if (/^[UI](8|16|32)$/.test(type)) return 'number';
  if (/^[UI](64|128|256)$/.test(type)) return 'bigint';
  if (type === 'Bool') return 'boolean';
  return 'string';
}

/** A doc comment of the runtime's docs; empty where there are none. */
export function doc(lines: Iterable<{ toString(): string }>, indent = ''): string {
  const text = [...lines].map((line) => line.toString().trim());
  while (text.at(-1) === '') text.pop();
  if (text.length === 0) return '';
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
