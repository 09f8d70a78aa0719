// SPDX-License-Identifier: Apache-2.0
// One runtime of a chain: its types, and which of its parts are those that this release of the SDK was made for. Releases of the
// runtime differ; what both have in the same form works with both, and nothing is read as something that it is not.
import type { PortableRegistry } from '@polkadot/types';
import type { Registry } from '@polkadot/types/types';
import { blake2AsHex } from '@polkadot/util-crypto';
import { LedgerCodec } from '@training-ledger/protocol';
import { SHAPES } from '@training-ledger/runtime-types';
import {
  type FieldShape,
  type MethodShape,
  Shapes,
  type StorageShape,
} from '@training-ledger/runtime-types/shapes';
import { SdkError } from '../errors.ts';

/** Kinds of parts. */
type Kind = keyof typeof SHAPES;
const KNOWN: Readonly<Record<Kind, Readonly<Record<string, string>>>> = SHAPES;
const BITS = 64;
/** Runtimes by their metadata, which is another object after an upgrade. */
const runtimes = new WeakMap<object, LedgerRuntime>();

/** What a chain runs at some block. */
export class LedgerRuntime {
  readonly codec: LedgerCodec;
  readonly #shapes: Shapes;
  readonly #same = new Map<string, boolean>();

  private constructor(registry: Registry) {
    const lookup = registry.lookup as PortableRegistry;
    this.codec = new LedgerCodec(registry, lookup);
    this.#shapes = new Shapes(lookup);
  }

  /** The runtime whose types a registry holds now. */
  static of(registry: Registry): LedgerRuntime {
    const { metadata } = registry;
    let runtime = runtimes.get(metadata);
    if (runtime === undefined) {
      runtime = new LedgerRuntime(registry);
      runtimes.set(metadata, runtime);
    }
    return runtime;
  }

  /** @throws SdkError `RUNTIME_UNSUPPORTED` if the item's keys or value are of other types than this release knows. */
  checkStorage(path: string, item: StorageShape): void {
    this.#check('storage', path, () => this.#shapes.storage(item));
  }

  /** @throws SdkError `RUNTIME_UNSUPPORTED` if the call takes other arguments. */
  checkCall(path: string, fields: Iterable<FieldShape>): void {
    this.#check('calls', path, () => this.#shapes.fields(fields));
  }

  /** @throws SdkError `RUNTIME_UNSUPPORTED` if the event has other data. */
  checkEvent(path: string, fields: Iterable<FieldShape>): void {
    this.#check('events', path, () => this.#shapes.fields(fields));
  }

  /** @throws SdkError `RUNTIME_UNSUPPORTED` if the method takes or returns something else. */
  checkMethod(path: string, method: MethodShape): void {
    this.#check('apis', path, () => this.#shapes.method(method));
  }

  #check(kind: Kind, path: string, shape: () => string): void {
    const known = KNOWN[kind][path];
    // What no release knew is read as the chain describes it.
    if (known === undefined) return;
    const key = `${kind} ${path}`;
    let same = this.#same.get(key);
    if (same === undefined) {
      same = blake2AsHex(shape(), BITS).slice(2) === known;
      this.#same.set(key, same);
    }
    if (!same) throw unsupported(`${path} has another form.`);
  }
}

/** The error for a part that a chain does not have: `RUNTIME_UNSUPPORTED` if this release was made for one that has it. */
export function missing(kind: Kind, path: string, what: string): SdkError {
  if (KNOWN[kind][path] !== undefined) return unsupported(`It has no ${what} ${path}.`);
  return new SdkError('NOT_FOUND', `The chain has no ${what} ${path}.`);
}

function unsupported(details: string): SdkError {
  return new SdkError('RUNTIME_UNSUPPORTED', 'The chain has another runtime than this release.', {
    details,
    hint: 'Use the release of the SDK that was made for the runtime of the chain.',
  });
}
