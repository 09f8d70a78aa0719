// SPDX-License-Identifier: Apache-2.0
// Training records and attribution in the field's usual words, for applications that keep their own log beside the chain.
import type { Hex } from '@training-ledger/runtime-types';
import { blake2, toHex, utf8ToBytes } from './bytes.ts';
import { ImmutabilityError, ProtocolError } from './errors.ts';

/** Deepest nesting of a record. */
const MAX_DEPTH = 32;

/** A proof that somebody contributed, by reference. */
export interface ContributorProof {
  readonly contributor: string;
  /** Id of the op or hash of the proof that shows it. */
  readonly proof: Hex;
  /** Share of the attribution. */
  readonly weight: number;
}

/** What a record says. */
export interface TrainingRecordFields {
  readonly modelId: string;
  /** 32 bytes. */
  readonly datasetHash: Hex;
  /** What JSON can say. */
  readonly trainingConfig: Readonly<Record<string, unknown>>;
  readonly contributorProofs: readonly ContributorProof[];
  /** Milliseconds of the Unix epoch. */
  readonly timestamp: number;
}

/** A training record: its fields and the hash of them. It cannot be changed. */
export interface TrainingRecord extends TrainingRecordFields {
  readonly hash: Hex;
}

/** A contributor of a model. */
export interface Attribution {
  readonly contributor: string;
  readonly weight: number;
  /** Whether every proof of the contributor was found to hold. */
  readonly verified: boolean;
}

/**
 * Makes a record of a copy of the fields. Changing it, at any depth, raises {@link ImmutabilityError}.
 * @throws ProtocolError `RECORD_MALFORMED`, also for a training configuration that JSON cannot say.
 */
export function createTrainingRecord(fields: TrainingRecordFields): TrainingRecord {
  const { modelId, datasetHash, trainingConfig, contributorProofs, timestamp } = fields;
  const isPlaced = typeof modelId === 'string' && modelId !== '' && isHash(datasetHash);
  if (!isPlaced || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw malformed('It needs a model, a data set hash of 32 bytes and a time.');
  }
  if (!isObject(trainingConfig)) throw malformed('Its training configuration is no object.');
  if (!Array.isArray(contributorProofs) || !contributorProofs.every(isContributorProof)) {
    throw malformed('A contributor proof needs a contributor, a proof in hex and a weight.');
  }
  const own = { modelId, datasetHash, trainingConfig, contributorProofs, timestamp };
  return immutable({ ...own, hash: recordHash(own) }) as TrainingRecord;
}

/** Whether a record is well-formed and its hash that of its fields. */
export function verifyTrainingRecord({ hash, ...fields }: TrainingRecord): boolean {
  try {
    return createTrainingRecord(fields).hash === hash;
  } catch {
    return false;
  }
}

const malformed = (details: string): ProtocolError =>
  new ProtocolError('RECORD_MALFORMED', 'The fields do not make a training record.', { details });

const isHash = (value: unknown): boolean =>
  typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isContributorProof(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { contributor, proof, weight } = value;
  const isNamed = typeof contributor === 'string' && contributor !== '';
  const isProof = typeof proof === 'string' && /^0x([0-9a-f]{2})+$/.test(proof);
  return isNamed && isProof && Number.isFinite(weight) && (weight as number) >= 0;
}

/** Hash of a record's fields, whatever their order. */
function recordHash(fields: TrainingRecordFields): Hex {
  return toHex(blake2(utf8ToBytes('training-ledger/record/v1'), utf8ToBytes(canonical(fields))));
}

/**
 * JSON with sorted keys (the idea of RFC 8785); members that are undefined are left out.
 * @throws ProtocolError `RECORD_MALFORMED` for what JSON would lose: two records could have one hash.
 */
function canonical(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw malformed(`It is nested more than ${MAX_DEPTH} deep.`);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item) => canonical(item, depth + 1)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  const isJson =
    value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (!isJson) throw malformed(`JSON has no ${describe(value)}.`);
  return JSON.stringify(value);
}

const describe = (value: unknown): string =>
  typeof value === 'object' ? (value?.constructor?.name ?? 'such object') : typeof value;

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A copy of a JSON value through which nothing can be changed: frozen, and attempts raise the typed error. */
function immutable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? Array.from(value, immutable)
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .map(([key, member]) => [key, immutable(member)]),
      );
  return new Proxy(Object.freeze(copy), REFUSALS);
}

function refuse(key: string | symbol): never {
  throw new ImmutabilityError(`Somebody tried to change ${String(key)}.`);
}

/** What changes nothing, such as freezing, may pass. */
const REFUSALS: ProxyHandler<object> = {
  set: (_object, key) => refuse(key),
  deleteProperty: (_object, key) => refuse(key),
  defineProperty: (object, key, descriptor) =>
    Reflect.defineProperty(object, key, descriptor) || refuse(key),
  setPrototypeOf: (object, prototype) =>
    Reflect.setPrototypeOf(object, prototype) || refuse('the prototype'),
};

/** An append-only log of training records in this process. */
export class TrainingLog {
  readonly #records: TrainingRecord[] = [];

  /**
   * Appends a record.
   * @throws ProtocolError `RECORD_MALFORMED`.
   */
  append(fields: TrainingRecordFields): TrainingRecord {
    const record = createTrainingRecord(fields);
    this.#records.push(record);
    return record;
  }

  /** Records of a model, oldest first. */
  history(modelId: string): readonly TrainingRecord[] {
    return this.#records.filter((record) => record.modelId === modelId);
  }

  /**
   * Contributors of a model with their weights. `check` says whether a proof holds, for instance by looking the op up on
   * the ledger and verifying its inclusion.
   */
  async attributionChain(
    modelId: string,
    check: (proof: ContributorProof) => Promise<boolean>,
  ): Promise<readonly Attribution[]> {
    const found = new Map<string, Attribution>();
    for (const record of this.history(modelId)) {
      for (const proof of record.contributorProofs) {
        const known = found.get(proof.contributor) ?? { weight: 0, verified: true };
        const verified = verifyTrainingRecord(record) && (await check(proof));
        found.set(proof.contributor, {
          contributor: proof.contributor,
          weight: known.weight + proof.weight,
          verified: known.verified && verified,
        });
      }
    }
    return [...found.values()];
  }
}
