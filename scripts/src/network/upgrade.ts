// SPDX-License-Identifier: Apache-2.0
// Replaces the runtime of a parachain by sudo, and waits until the chain has migrated its storage.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { ISubmittableResult } from '@polkadot/types/types';
import { u8aToHex } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';
import { type RuntimeVersion, readRuntimeVersion } from '../runtime/version.ts';
import { UpgradeError } from './upgrade-errors.ts';
import { EXTENSIONS, UpgradeFollower, type UpgradeProgress } from './upgrade-progress.ts';
import { type SignerOptions, upgradeSigner } from './upgrade-signer.ts';

/** Milliseconds between two looks at the chain. */
const INTERVAL = 1_000;
/** Milliseconds: a relay chain lets an upgrade wait for a session or two. */
const TIMEOUT = 20 * 60_000;
const CONNECT_TIMEOUT = 30_000;

/** What is upgraded, and how. */
export interface UpgradeOptions extends SignerOptions {
  /** WebSocket endpoint of a node of the parachain. */
  readonly endpoint: string;
  /** The new runtime, compressed or not. */
  readonly wasm: Uint8Array;
  /** Told what is being waited for. */
  readonly onProgress?: (line: string) => void;
  /** Milliseconds until it is given up; the chain may still go on with the upgrade. 20 minutes by default. */
  readonly timeout?: number;
}

/** What an upgrade did. */
export interface UpgradeReport {
  readonly from: RuntimeVersion;
  readonly to: RuntimeVersion;
  /** blake2-256 of the new code. */
  readonly codeHash: string;
  /** Blocks in which the code was stored for the relay chain, and came into force. */
  readonly stored: number | undefined;
  readonly applied: number;
  /** Block from which on transactions are taken again. */
  readonly resumed: number;
  /** How many migrations ran, and how many entries they changed, by pallet. */
  readonly migrations: number;
  readonly entries: Readonly<Record<string, number>>;
}

/**
 * Upgrades a parachain's runtime: its sudo authorises the hash of the new code, the code is submitted, the relay chain's validators check
 * it and give the sign, and the chain migrates its storage. Checks before anything is sent that the file is a later release of the same
 * runtime. Called again after an interruption, it goes on where the chain is, until the new code is in force.
 * @throws UpgradeError
 */
export async function upgradeRuntime(options: UpgradeOptions): Promise<UpgradeReport> {
  const { endpoint, wasm, onProgress = () => {}, timeout = TIMEOUT } = options;
  const to = runtimeVersion(wasm);
  const provider = new WsProvider(endpoint, 1_000, {}, CONNECT_TIMEOUT);
  const api = await connect(provider, endpoint);
  try {
    const from = await chainVersion(api);
    checkVersions(from, to);
    const chainType = (await api.rpc.system.chainType()).type;
    const signer = await upgradeSigner(options, chainType);
    const codeHash = blake2AsHex(wasm, 256);
    const follower = await UpgradeFollower.begin(provider);
    await schedule(api, signer, wasm, codeHash, onProgress);
    const end = performance.now() + timeout;
    let told = '';
    let trouble = '';
    for (;;) {
      // A node that restarts, or a connection that breaks, ends no upgrade.
      const progress = await follower.look().catch((error: unknown) => {
        if (error instanceof UpgradeError) throw error;
        trouble = ` (${error instanceof Error ? error.message : String(error)})`;
        return follower.progress;
      });
      const line = stateOf(progress);
      if (line !== told) onProgress(line);
      told = line;
      const { applied, migrated, stored, migrations, entries } = progress;
      if (applied !== undefined && migrated !== undefined) {
        return { from, to, codeHash, stored, applied, resumed: migrated + 1, migrations, entries };
      }
      if (performance.now() > end) {
        throw new UpgradeError('UPGRADE_TIMEOUT', 'The upgrade takes too long.', {
          details: `Last seen: ${line}${trouble}.`,
          hint: 'The chain may still go on with it.',
        });
      }
      await sleep(INTERVAL);
    }
  } finally {
    await api.disconnect();
  }
}

/** The version of the new runtime. */
function runtimeVersion(wasm: Uint8Array): RuntimeVersion {
  try {
    return readRuntimeVersion(wasm);
  } catch (cause) {
    const details = (cause as Error).message;
    throw new UpgradeError('RUNTIME_MALFORMED', 'The file is no runtime.', { details, cause });
  }
}

async function connect(provider: WsProvider, endpoint: string): Promise<ApiPromise> {
  const api = new ApiPromise({ provider, noInitWarn: true, signedExtensions: EXTENSIONS });
  api.isReadyOrError.catch(() => {});
  const isReady = await Promise.race([
    api.isReady.then(() => true),
    sleep(CONNECT_TIMEOUT, false, { ref: false }),
  ]);
  if (isReady) return api;
  await provider.disconnect();
  throw new UpgradeError('CHAIN_UNREACHABLE', `${endpoint} does not answer.`);
}

async function chainVersion(api: ApiPromise): Promise<RuntimeVersion> {
  const { specName, specVersion } = await api.rpc.state.getRuntimeVersion();
  return { specName: specName.toString(), specVersion: specVersion.toNumber() };
}

function checkVersions(from: RuntimeVersion, to: RuntimeVersion): void {
  if (from.specName !== to.specName) {
    throw new UpgradeError('SPEC_NAME_DIFFERS', 'The file is the runtime of another chain.', {
      details: `The chain runs ${from.specName}, the file is ${to.specName}.`,
    });
  }
  if (to.specVersion <= from.specVersion) {
    throw new UpgradeError('SPEC_VERSION_NOT_HIGHER', 'The chain does not need this runtime.', {
      details: `The chain runs version ${from.specVersion}, the file is version ${to.specVersion}.`,
    });
  }
}

/** Gives the new code to the chain, unless it has it. */
async function schedule(
  api: ApiPromise,
  signer: KeyringPair,
  wasm: Uint8Array,
  codeHash: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const { query, tx } = api;
  const pending = (await query['parachainSystem']?.['pendingValidationCode']?.())?.toU8a(true);
  if (pending !== undefined && pending.length > 0) {
    if (blake2AsHex(pending, 256) === codeHash) return;
    throw refused('Another runtime waits for the relay chain already.');
  }
  const authorised = (await query['system']?.['authorizedUpgrade']?.())?.toHuman() as unknown as
    | { codeHash: string; checkVersion: boolean }
    | null
    | undefined;
  if (authorised?.codeHash !== codeHash) {
    onProgress('authorising the new runtime');
    const call = tx['system']?.['authorizeUpgrade']?.(codeHash);
    const sudo = call && tx['sudo']?.['sudo']?.(call);
    if (sudo === undefined) throw refused('The chain has no sudo.');
    await submit(sudo, signer);
  }
  onProgress('submitting the new runtime');
  const apply = tx['system']?.['applyAuthorizedUpgrade']?.(u8aToHex(wasm));
  if (apply === undefined) throw refused('The chain does not take authorised upgrades.');
  await submit(apply, signer);
}

/** Submits a call and waits until it is in a block, with success. */
async function submit(
  call: SubmittableExtrinsic<'promise', ISubmittableResult>,
  signer: KeyringPair,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<ISubmittableResult>();
  const sent = call.signAndSend(signer, { nonce: -1 }, (result) => {
    const { status } = result;
    if (result.isError) reject(refused(`The transaction is ${status.type.toLowerCase()}.`));
    // polkadot-js may leave out the first of the two if the second comes soon after it.
    if (status.isInBlock || status.isFinalized) resolve(result);
  });
  sent.catch((cause: Error) => reject(refused(cause.message, cause)));
  const { dispatchError, events } = await promise.finally(() =>
    sent.then(
      (unsubscribe) => unsubscribe(),
      () => {},
    ),
  );
  if (dispatchError !== undefined) throw refused(nameOf(dispatchError));
  for (const { event } of events) {
    const name = `${event.section}.${event.method}`;
    const outcome = event.data[0] as unknown as { isErr?: boolean; asErr: DispatchError };
    if (name === 'sudo.Sudid' && outcome.isErr) throw refused(nameOf(outcome.asErr));
    if (name === 'system.RejectedInvalidAuthorizedUpgrade') {
      throw refused(nameOf(event.data[1] as unknown as DispatchError));
    }
  }
}

type DispatchError = NonNullable<ISubmittableResult['dispatchError']>;

/** Pallet and name of an error. */
function nameOf(error: DispatchError): string {
  if (!error.isModule) return error.toString();
  const { section, name } = error.registry.findMetaError(error.asModule);
  return `${section}.${name}`;
}

function refused(details: string, cause?: unknown): UpgradeError {
  return new UpgradeError('UPGRADE_REFUSED', 'The chain refused the upgrade.', { details, cause });
}

/** One line about an upgrade that goes on. */
function stateOf({ stored, applied, migrated, entries }: UpgradeProgress): string {
  if (stored === undefined) return 'waiting for a final block with the new runtime';
  if (applied === undefined) return `stored in block ${stored}; waiting for the relay chain`;
  const moved = Object.entries(entries).map(([pallet, count]) => `${pallet} ${count}`);
  const done = moved.length === 0 ? '' : `: ${moved.join(', ')}`;
  if (migrated === undefined) return `in force since block ${applied}; migrating${done}`;
  return `migrated in block ${migrated}${done}`;
}
