// SPDX-License-Identifier: Apache-2.0
// Export bundles: one portable file with a model's weights, history, proofs and inclusion proofs, verified offline.

import type {
  AccountId,
  Hex,
  TrainingOp,
  TrainingProof,
  Version,
} from '@training-ledger/runtime-types';
import { fieldHex, fromHex, hexField } from '../bytes.ts';
import {
  type BindingContext,
  bindingOf,
  contentsHash,
  contextHash,
  opId,
} from '../codec/hashes.ts';
import type { LedgerCodec } from '../codec/ledger-codec.ts';
import { contentHash } from '../content-hash.ts';
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import { readModelFile } from '../files/model-file.ts';
import {
  type CircuitId,
  circuitId,
  commitState,
  ProofEncodingError,
  verifyGroth16,
} from '../statements/index.ts';
import { type InclusionProof, verifyHashChain, verifyInclusion } from './inclusion.ts';

/** Format name of a bundle. */
export const BUNDLE_FORMAT = 'training-ledger/export/v1';

/** An op as it stands in a bundle. */
export interface BundledOp {
  readonly id: Hex;
  readonly op: TrainingOp;
  /** SCALE of the op's three proofs. */
  readonly proofs: Hex;
  /** Absent while the op is not sealed. */
  readonly inclusion?: InclusionProof;
}

/** A model's export. */
export interface ExportBundle {
  readonly format: typeof BUNDLE_FORMAT;
  readonly genesis: Hex;
  readonly model: Hex;
  readonly owner: AccountId;
  readonly userId: Hex;
  readonly base: Hex;
  /** safetensors file of the newest weights, in hex, and the salt of their commitment. */
  readonly weights: Hex;
  readonly salt: Hex;
  /** Every version of the model, from the fork. */
  readonly versions: readonly Version[];
  readonly ops: readonly BundledOp[];
}

/** What the verifier trusts. */
export interface BundleTrust {
  /** Verifying keys in the chain's encoding. */
  readonly verifyingKey: (circuit: CircuitId) => Promise<Uint8Array>;
  /** Leaders' ML-DSA-65 keys; any key in the bundle if absent, which shows consistency only. */
  readonly sealingKeys?: readonly Hex[];
  /** Genesis hash of the chain that the bundle must be from. */
  readonly genesis?: Hex;
}

/** What a verified bundle holds. */
export interface VerifiedBundle {
  readonly ops: number;
  readonly sealedOps: number;
  readonly proofs: number;
  /** Id of the last op; zeros for none. */
  readonly head: Hex;
  readonly weights: Int16Array;
}

/** Integers above 32 bits: at most 64 bits, so that nobody makes a reader parse a long one. */
const BIGINT = /^(\d{1,20})n$/;

/** The bundle's file. */
export function writeBundle(bundle: ExportBundle): Uint8Array {
  const text = JSON.stringify(bundle, (_key, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return new TextEncoder().encode(text);
}

/**
 * Reads a bundle's file. It is not verified yet.
 * @throws ProtocolError `EXPORT_MALFORMED`.
 */
export function readBundle(bytes: Uint8Array): ExportBundle {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const bundle = JSON.parse(text, (_key, value) => {
      const integer = typeof value === 'string' ? BIGINT.exec(value) : null;
      return integer === null ? value : BigInt(integer[1] as string);
    });
    if (
      bundle?.format !== BUNDLE_FORMAT ||
      !Array.isArray(bundle.ops) ||
      !Array.isArray(bundle.versions)
    ) {
      throw new Error('unknown format');
    }
    return bundle;
  } catch (cause) {
    throw malformedBundle(cause);
  }
}

/**
 * Verifies a bundle without a node: hash chain, versions, every proof under recomputed bindings, inclusion and seals, and
 * that the weights are those committed to. That nothing newer was left out only the chain can tell: compare `head`.
 * @throws ProtocolError `EXPORT_MALFORMED`, `EXPORT_INVALID`, `HASH_CHAIN_BROKEN`, `INCLUSION_INVALID` or
 * `BLOCK_SIGNATURE_INVALID`; what `trust.verifyingKey` throws.
 */
export async function verifyBundle(
  codec: LedgerCodec,
  bundle: ExportBundle,
  trust: BundleTrust,
): Promise<VerifiedBundle> {
  const { shape, weights } = judge(() => {
    if (trust.genesis !== undefined && bundle.genesis !== trust.genesis)
      fail('It is from another chain.');
    return readModelFile(fromHex(bundle.weights));
  });
  const circuits = ['interaction', circuitId('improvement', shape), 'ownership'] as const;
  const keys = new Map<CircuitId, Uint8Array>();
  if (bundle.ops.length > 0) {
    for (const circuit of circuits) keys.set(circuit, await trust.verifyingKey(circuit));
  }
  return judge(() => {
    const newest = bundle.versions.at(-1);
    if (fieldHex(commitState(weights, hexField(bundle.salt))) !== newest?.state.commitment) {
      fail('The weights are not those of the newest version.');
    }
    const head = verifyHashChain(
      codec,
      bundle.ops.map(({ op }) => op),
    );
    const states = statesBefore(bundle);
    let before: BindingContext | undefined;
    bundle.ops.forEach((entry, index) => {
      const { op, id, inclusion } = entry;
      const isOwn =
        op.model === bundle.model && op.owner === bundle.owner && op.base === bundle.base;
      if (opId(codec, op) !== id || !isOwn) fail(`Op ${index} is not the model's.`);
      const state = states[index] as Hex;
      before = verifyOpProofs(codec, bundle, entry, { state, context: before }, circuits, keys);
      if (inclusion !== undefined) verifyInclusion(codec, op, inclusion, trust.sealingKeys);
    });
    const sealedOps = bundle.ops.filter(({ inclusion }) => inclusion !== undefined).length;
    return { ops: bundle.ops.length, sealedOps, proofs: 3 * bundle.ops.length, head, weights };
  });
}

const VERDICTS: readonly string[] = [
  'EXPORT_INVALID',
  'HASH_CHAIN_BROKEN',
  'INCLUSION_INVALID',
  'BLOCK_SIGNATURE_INVALID',
] satisfies ProtocolErrorCode[];

/** Runs a part of the verification: what fails without a verdict fails on a malformed part of the bundle. */
function judge<T>(verify: () => T): T {
  try {
    return verify();
  } catch (cause) {
    if (cause instanceof ProtocolError && VERDICTS.includes(cause.code)) throw cause;
    throw malformedBundle(cause);
  }
}

const malformedBundle = (cause: unknown): ProtocolError =>
  new ProtocolError('EXPORT_MALFORMED', 'The file is not an export of the ledger.', { cause });

/** The state that each op improved on. Each op makes one version; generations that were adopted lie between them. */
function statesBefore({ versions, ops }: ExportBundle): Hex[] {
  const states: Hex[] = [];
  versions.forEach(({ source, state }, i) => {
    if (source.type !== 'Op') return;
    const op = ops[states.length];
    const before = versions[i - 1];
    if (
      op?.id !== source.value ||
      op.op.claims.state !== state.commitment ||
      before === undefined
    ) {
      fail(`Version ${i} is not made by the op that it names.`);
    }
    states.push((before as Version).state.commitment);
  });
  if (states.length !== ops.length) fail('An op made no version.');
  return states;
}

/** The contexts that the proofs of an op can be bound to: by itself, or following the op before it in a batch. */
function contextsOf(codec: LedgerCodec, op: TrainingOp, before?: BindingContext): BindingContext[] {
  const { model, index, prevHash } = op;
  const contents = contentsHash(codec, op.contents);
  const alone: BindingContext = { type: 'Op', model, index, prevHash, contents };
  if (before === undefined) return [alone];
  return [alone, { type: 'Following', model, index, previous: contextHash(before), contents }];
}

/** Verifies the proofs of an op, after a state and an op with proofs bound to `context`; returns what its own are bound to. */
function verifyOpProofs(
  codec: LedgerCodec,
  { genesis, userId }: ExportBundle,
  { op, proofs }: BundledOp,
  before: { readonly state: Hex; readonly context: BindingContext | undefined },
  [interactionCircuit, improvementCircuit, ownershipCircuit]: readonly [
    CircuitId,
    CircuitId,
    CircuitId,
  ],
  keys: ReadonlyMap<CircuitId, Uint8Array>,
): BindingContext {
  if (contentHash(fromHex(proofs)) !== op.proofs)
    fail(`The proofs of op ${op.index} are not the recorded ones.`);
  const { interaction, improvement, ownership } = codec.decode(
    'TrainingProof',
    fromHex(proofs),
  ) as TrainingProof;
  const { claims } = op;
  const proves = (circuit: CircuitId, publicInputs: readonly bigint[], proof: Hex): boolean =>
    holds(keys.get(circuit) as Uint8Array, publicInputs, fromHex(proof));
  const owned = (binding: bigint): readonly bigint[] => [
    binding,
    hexField(userId),
    hexField(claims.nullifier),
  ];
  const context = contextsOf(codec, op, before.context).find((context) =>
    proves(ownershipCircuit, owned(bindingOf(genesis, op.owner, context)), ownership),
  );
  if (context === undefined)
    return fail(`The ${ownershipCircuit} proof of op ${op.index} does not hold.`);
  const binding = bindingOf(genesis, op.owner, context);
  const statements: readonly (readonly [CircuitId, Hex, readonly bigint[]])[] = [
    [
      interactionCircuit,
      interaction,
      [
        binding,
        hexField(claims.interaction),
        hexField(claims.nodeKey),
        claims.notBefore,
        claims.notAfter,
      ],
    ],
    [
      improvementCircuit,
      improvement,
      [
        binding,
        ...[before.state, claims.update, claims.state, claims.batch].map(hexField),
        BigInt(claims.delta),
      ],
    ],
  ];
  for (const [circuit, proof, publicInputs] of statements) {
    if (!proves(circuit, publicInputs, proof)) {
      fail(`The ${circuit} proof of op ${op.index} does not hold.`);
    }
  }
  return context;
}

/** Bytes that are no points of the curve prove nothing. */
function holds(key: Uint8Array, publicInputs: readonly bigint[], proof: Uint8Array): boolean {
  try {
    return verifyGroth16(key, publicInputs, proof);
  } catch (error) {
    if (error instanceof ProofEncodingError) return false;
    throw error;
  }
}

function fail(details: string): never {
  throw new ProtocolError('EXPORT_INVALID', 'The export does not verify.', { details });
}
