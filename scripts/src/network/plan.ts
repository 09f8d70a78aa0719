// SPDX-License-Identifier: Apache-2.0
// Turns a topology into nodes that can be started: folders, keys, ports, chain specs and arguments.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkChain, NetworkDescription, NetworkNode } from './description.ts';
import { nodeKey, writeKeystore } from './keys.ts';
import type { NodeCommand } from './node-process.ts';
import { freePorts } from './ports.ts';
import { makeRelaySpec, type RawSpec, readParachain, writeSpec } from './specs.ts';
import type { NodePlan, Topology } from './topology.ts';

/** A network that can be started. */
export interface NetworkPlan {
  readonly description: NetworkDescription;
  readonly commands: readonly NodeCommand[];
}

/** Ports of a node: JSON-RPC, peer-to-peer, and those of the relay chain's node inside a collator. */
const PORTS_PER_NODE = 4;

/**
 * Prepares a network in an empty folder.
 * @param programs paths of the programs by their names
 * @param signal ends the programs that make chain specs
 * @throws NetworkError `TOPOLOGY_INVALID`; `COMMAND_FAILED`
 */
export async function planNetwork(
  { relay, parachains }: Topology,
  programs: ReadonlyMap<string, string>,
  directory: string,
  signal?: AbortSignal,
): Promise<NetworkPlan> {
  const plans = [...relay.validators, ...parachains.map(({ collator }) => collator)];
  const ports = await freePorts(plans.length * PORTS_PER_NODE);
  const drafts = plans.map((plan) => new NodeDraft(plan, directory, ports.splice(0, 4)));
  const validators = drafts.slice(0, relay.validators.length);
  const collators = drafts.slice(relay.validators.length);
  const program = (plan: NodePlan): string => programs.get(plan.command) as string;

  const read = await Promise.all(
    parachains.map((parachain) => readParachain(parachain, program(parachain.collator), signal)),
  );
  const relaySpec = await makeRelaySpec(
    relay,
    read.map(({ genesis }) => genesis),
    program(relay.validators[0] as NodePlan),
    directory,
    signal,
  );
  const relaySpecPath = join(directory, 'relay.json');
  await writeSpec(
    relaySpecPath,
    relaySpec,
    validators.map(({ node }) => node.address),
  );
  for (const validator of validators) await validator.write('validator', relaySpec);

  const chains: NetworkChain[] = [];
  for (const [i, { id }] of parachains.entries()) {
    const collator = collators[i] as NodeDraft;
    const { spec } = read[i] as { spec: RawSpec };
    const specPath = join(directory, `para-${id}.json`);
    await writeSpec(specPath, spec, [collator.node.address], relaySpec);
    await collator.write('collator', spec);
    const { endpoint, name } = collator.node;
    chains.push({ paraId: id, endpoint, node: name, specPath });
  }

  const commands = [
    ...validators.map((draft) =>
      draft.command(program(draft.plan), draft.validatorArgs(relaySpecPath)),
    ),
    ...collators.map((draft, i) => {
      const { specPath } = chains[i] as NetworkChain;
      return draft.command(program(draft.plan), draft.collatorArgs(specPath, relaySpecPath));
    }),
  ];
  const nodes = drafts.map(({ node }) => node);
  const relayEndpoint = (nodes[0] as NetworkNode).endpoint;
  return { description: { directory, relayEndpoint, relaySpecPath, chains, nodes }, commands };
}

/** A node whose folder and ports are known. */
class NodeDraft {
  readonly plan: NodePlan;
  readonly node: NetworkNode;
  readonly #home: string;
  readonly #ports: readonly number[];

  constructor(plan: NodePlan, directory: string, ports: readonly number[]) {
    this.plan = plan;
    this.#home = join(directory, plan.name);
    this.#ports = ports;
    this.node = {
      name: plan.name,
      endpoint: `ws://127.0.0.1:${ports[0]}`,
      address: `${listen(ports[1])}/p2p/${nodeKey(plan.name).peerId}`,
      log: join(this.#home, 'node.log'),
    };
  }

  /** Writes the node's keys. */
  async write(kind: 'validator' | 'collator', { id }: RawSpec): Promise<void> {
    await mkdir(this.#home, { recursive: true });
    const { seed } = nodeKey(this.plan.name);
    await writeFile(this.#keyFile, Buffer.from(seed).toString('hex'), { mode: 0o600 });
    await writeKeystore(join(this.#data, 'chains', id, 'keystore'), this.plan.name, kind);
  }

  command(program: string, args: readonly string[]): NodeCommand {
    return { name: this.plan.name, program, args, log: this.node.log };
  }

  validatorArgs(relaySpec: string): string[] {
    return [
      '--validator',
      '--insecure-validator-i-know-what-i-do',
      ...this.#common(relaySpec),
      ...this.plan.args,
    ];
  }

  collatorArgs(spec: string, relaySpec: string): string[] {
    const [, , rpc, peers] = this.#ports;
    return [
      '--collator',
      ...this.#common(spec),
      ...this.plan.args,
      '--',
      ...['--chain', relaySpec, '--base-path', join(this.#home, 'relay-data')],
      ...['--rpc-port', `${rpc}`, '--listen-addr', listen(peers)],
      ...['--no-mdns', '--no-prometheus', '--no-telemetry', '--no-hardware-benchmarks'],
    ];
  }

  #common(spec: string): string[] {
    const [rpc, peers] = this.#ports;
    return [
      ...['--name', this.plan.name, '--chain', spec, '--base-path', this.#data],
      ...['--node-key-file', this.#keyFile, '--rpc-port', `${rpc}`, '--listen-addr', listen(peers)],
      ...['--no-mdns', '--no-prometheus', '--no-telemetry', '--no-hardware-benchmarks'],
    ];
  }

  get #data(): string {
    return join(this.#home, 'data');
  }

  get #keyFile(): string {
    return join(this.#home, 'node-key');
  }
}

/** Multiaddress of a port on the loopback interface: WebSocket, which light clients speak as well as nodes. */
function listen(port: number | undefined): string {
  return `/ip4/127.0.0.1/tcp/${port}/ws`;
}
