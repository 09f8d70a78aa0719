// SPDX-License-Identifier: Apache-2.0
// Export bundles: one portable file with a model's weights, history, proofs and inclusion proofs, verified offline.
import {
  type CircuitId,
  circuitId,
  commitState,
  verifyGroth16,
} from '@training-ledger/circuits/statements';
import type {
  AccountId,
  Hex,
  TrainingOp,
  TrainingProof,
  Version,
} from '@training-ledger/runtime-types';
import { fieldHex, fromHex, hexField } from '../bytes.ts';
import { bindingOf, contentsHash, opId } from '../codec/hashes.ts';
import type { LedgerCodec } from '../codec/ledger-codec.ts';
import { contentHash } from '../content/store.ts';
import { SdkError } from '../errors.ts';
import { readModelFile } from '../files/model-file.ts';
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
  readonly weights: Int16Array;
}

const BIGINT = /^(\d+)n$/;

/** The bundle's file. */
export function writeBundle(bundle: ExportBundle): Uint8Array {
  const text = JSON.stringify(bundle, (_key, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return new TextEncoder().encode(text);
}

/**
 * Reads a bundle's file. It is not verified yet.
 * @throws SdkError `EXPORT_MALFORMED`.
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
    throw new SdkError('EXPORT_MALFORMED', 'The file is not an export of the ledger.', { cause });
  }
}

/**
 * Verifies a bundle without a node: hash chain, versions, every proof under recomputed bindings, inclusion and seals, and
 * that the weights are those committed to.
 * @throws SdkError `EXPORT_INVALID`, `HASH_CHAIN_BROKEN`, `INCLUSION_INVALID` or `BLOCK_SIGNATURE_INVALID`.
 */
export async function verifyBundle(
  codec: LedgerCodec,
  bundle: ExportBundle,
  trust: BundleTrust,
): Promise<VerifiedBundle> {
  if (trust.genesis !== undefined && bundle.genesis !== trust.genesis)
    fail('It is from another chain.');
  const { shape, weights } = readModelFile(fromHex(bundle.weights));
  const newest = bundle.versions.at(-1);
  if (fieldHex(commitState(weights, hexField(bundle.salt))) !== newest?.state.commitment) {
    fail('The weights are not those of the newest version.');
  }
  verifyHashChain(
    codec,
    bundle.ops.map(({ op }) => op),
  );
  const states = statesBefore(bundle);
  let sealedOps = 0;
  for (const [index, entry] of bundle.ops.entries()) {
    const { op, id } = entry;
    if (opId(codec, op) !== id || op.model !== bundle.model || op.owner !== bundle.owner) {
      fail(`Op ${index} is not the model's.`);
    }
    await verifyOpProofs(
      codec,
      bundle,
      entry,
      states[index] as Hex,
      circuitId('improvement', shape),
      trust,
    );
    if (entry.inclusion !== undefined) {
      verifyInclusion(codec, op, entry.inclusion, trust.sealingKeys);
      sealedOps++;
    }
  }
  return { ops: bundle.ops.length, sealedOps, proofs: 3 * bundle.ops.length, weights };
}

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

async function verifyOpProofs(
  codec: LedgerCodec,
  { genesis, userId }: ExportBundle,
  { op, proofs }: BundledOp,
  stateBefore: Hex,
  improvementCircuit: CircuitId,
  { verifyingKey }: BundleTrust,
): Promise<void> {
  if (contentHash(fromHex(proofs)) !== op.proofs)
    fail(`The proofs of op ${op.index} are not the recorded ones.`);
  const { interaction, improvement, ownership } = codec.decode(
    'TrainingProof',
    fromHex(proofs),
  ) as TrainingProof;
  const { claims } = op;
  const binding = bindingOf(genesis, op.owner, {
    type: 'Op',
    model: op.model,
    index: op.index,
    prevHash: op.prevHash,
    contents: contentsHash(codec, op.contents),
  });
  const statements: readonly (readonly [CircuitId, Hex, readonly bigint[]])[] = [
    [
      'interaction',
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
        ...[stateBefore, claims.update, claims.state, claims.batch].map(hexField),
        BigInt(claims.delta),
      ],
    ],
    ['ownership', ownership, [binding, hexField(userId), hexField(claims.nullifier)]],
  ];
  for (const [circuit, proof, publicInputs] of statements) {
    if (!verifyGroth16(await verifyingKey(circuit), publicInputs, fromHex(proof))) {
      fail(`The ${circuit} proof of op ${op.index} does not hold.`);
    }
  }
}

function fail(details: string): never {
  throw new SdkError('EXPORT_INVALID', 'The export does not verify.', { details });
}
