// SPDX-License-Identifier: Apache-2.0
// Starts a light client for a reader.
import type { Client } from 'smoldot';
import { type OwnedClient, startClient } from './client.ts';
import { LightClientError } from './errors.ts';
import { FinalisedChain } from './finalised.ts';
import { VerifiedReader } from './reader.ts';

/** Settings of a reader. */
export interface VerifiedReaderOptions {
  /** The relay chain's raw chain spec, as JSON. It has to come from someone you trust. */
  readonly relaySpec: string;
  /** The ledger parachain's raw chain spec, as JSON. */
  readonly paraSpec: string;
  /** Addresses (WebSocket, with peer ids) of nodes to start from, instead of those in the specs. */
  readonly bootnodes?: { readonly relay?: readonly string[]; readonly para?: readonly string[] };
  /** A light client to share between readers of several chains; it is not ended with the reader. By default one in a thread. */
  readonly client?: Client;
  /** Milliseconds for the first synchronisation and for each read; 120,000 by default. */
  readonly timeout?: number;
  /** What the light client logs, levels 1 (errors) to 3. Not called for a client that is given. */
  readonly onLog?: (level: number, target: string, message: string) => void;
}

const DEFAULT_TIMEOUT = 120_000;

/**
 * Starts a light client of a ledger parachain and waits until it knows a finalised block.
 * @throws LightClientError `SMOLDOT_MISSING`, `SPEC_INVALID`, `NOT_SYNCED`
 */
export async function createVerifiedReader(
  options: VerifiedReaderOptions,
): Promise<VerifiedReader> {
  const { bootnodes = {}, timeout = DEFAULT_TIMEOUT, onLog = () => {} } = options;
  const relay = parseSpec(options.relaySpec, 'relay chain');
  const para = parseSpec(options.paraSpec, 'parachain');
  const relaySpec = withNodes(relay, bootnodes.relay);
  // A spec may call its relay chain by another name than the relay chain's own spec does.
  const paraSpec = withNodes({ ...para, relay_chain: relay['id'] }, bootnodes.para);
  const { client, end }: OwnedClient =
    options.client === undefined
      ? await startClient(onLog)
      : { client: options.client, end: async () => {} };
  let chain: FinalisedChain;
  try {
    const relayChain = await client.addChain({ chainSpec: relaySpec, disableJsonRpc: true });
    const potentialRelayChains = [relayChain];
    chain = new FinalisedChain(
      await client.addChain({ chainSpec: paraSpec, potentialRelayChains }),
    );
    relayChain.remove();
  } catch (cause) {
    await end();
    const details = cause instanceof Error ? cause.message : String(cause);
    throw new LightClientError('SPEC_INVALID', 'A chain spec was refused.', { details, cause });
  }
  const reader = new VerifiedReader(chain, timeout, end);
  try {
    await reader.finalised();
  } catch (cause) {
    await reader.close();
    throw new LightClientError('NOT_SYNCED', 'The light client found no finalised block.', {
      details: `It looked for ${timeout} ms.`,
      hint: 'Its nodes have to be reachable over WebSocket and belong to the chains of the specs.',
      cause,
    });
  }
  return reader;
}

type Spec = Readonly<Record<string, unknown>>;

function parseSpec(json: string, of: string): Spec {
  try {
    const spec: unknown = JSON.parse(json);
    if (typeof spec === 'object' && spec !== null && 'id' in spec) return spec as Spec;
  } catch {
    // Told below.
  }
  throw new LightClientError('SPEC_INVALID', `The chain spec of the ${of} is none.`);
}

function withNodes(spec: Spec, bootNodes: readonly string[] | undefined): string {
  return JSON.stringify(bootNodes === undefined ? spec : { ...spec, bootNodes });
}
