// SPDX-License-Identifier: Apache-2.0
// Training records and attribution in the field's usual words, for applications that keep their own log beside the chain.
import type { Hex } from '@training-ledger/runtime-types';
import { blake2, toHex, utf8ToBytes } from './bytes.ts';
import { ImmutabilityError, SdkError } from './errors.ts';

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
  readonly datasetHash: Hex;
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

/** Makes a record. Changing it, at any depth, raises {@link ImmutabilityError}. */
export function createTrainingRecord(fields: TrainingRecordFields): TrainingRecord {
  const { modelId, datasetHash, trainingConfig, contributorProofs, timestamp } = fields;
  if (
    modelId === '' ||
    !/^0x[0-9a-f]{64}$/.test(datasetHash) ||
    !Number.isSafeInteger(timestamp) ||
    timestamp < 0
  ) {
    throw new SdkError(
      'RECORD_MALFORMED',
      'A record needs a model, a data set hash of 32 bytes and a time.',
    );
  }
  const own = structuredClone({
    modelId,
    datasetHash,
    trainingConfig,
    contributorProofs,
    timestamp,
  });
  return guard({ ...own, hash: recordHash(own) });
}

/** Whether a record's hash is that of its fields. */
export function verifyTrainingRecord({ hash, ...fields }: TrainingRecord): boolean {
  return recordHash(fields) === hash;
}

/** Hash of a record's fields, whatever their order. */
function recordHash({
  modelId,
  datasetHash,
  trainingConfig,
  contributorProofs,
  timestamp,
}: TrainingRecordFields): Hex {
  const fields = { modelId, datasetHash, trainingConfig, contributorProofs, timestamp };
  return toHex(blake2(utf8ToBytes('training-ledger/record/v1'), utf8ToBytes(canonical(fields))));
}

/** JSON with sorted keys (the idea of RFC 8785). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** A view of an object through which nothing can be changed. */
function guard<T extends object>(target: T): T {
  const refuse = (_target: T, key: string | symbol): never => {
    throw new ImmutabilityError(`Somebody tried to change ${String(key)}.`);
  };
  return new Proxy<T>(target, {
    get: (object, key, receiver) => {
      const value = Reflect.get(object, key, receiver);
      return typeof value === 'object' && value !== null ? guard(value) : value;
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: (object) => refuse(object, 'the prototype'),
  });
}

/** An append-only log of training records in which each names the one before it. */
export class TrainingLog {
  readonly #records: TrainingRecord[] = [];

  /** Appends a record. */
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
