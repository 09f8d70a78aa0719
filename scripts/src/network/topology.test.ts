// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTopology, readTopology } from './topology.ts';

const RELAY = `
[relaychain]
chain = "rococo-local"
[[relaychain.nodes]]
name = "validator-a"
`;
const parse = (text: string) => parseTopology(text, '/specs');

test('the network of the repository has two validators and two ledger parachains', async () => {
  const { relay, parachains, timeout } = await readTopology();
  expect(relay.chain).toBe('rococo-local');
  expect(relay.validators.map(({ command }) => command)).toEqual(['polkadot', 'polkadot']);
  expect(parachains.map(({ id }) => id)).toEqual([1000, 2000]);
  expect(parachains.map(({ collator }) => collator.name)).toEqual(['alice', 'bob']);
  for (const { specPath } of parachains) expect(existsSync(specPath)).toBe(true);
  expect(timeout).toBe(600_000);
  expect(relay.genesisPatch).toHaveProperty(
    'configuration.config.hrmp_channel_max_message_size',
    102_400,
  );
});

test('arguments of all nodes come before those of one', () => {
  const { relay } = parse(`
    [relaychain]
    chain = "rococo-local"
    default_command = "other"
    default_args = ["--first"]
    nodes = [{ name = "a", args = ["--second"] }]
  `);
  expect(relay.validators).toEqual([
    { name: 'a', command: 'other', args: ['--first', '--second'] },
  ]);
});

test('the genesis of the relay chain can be changed', () => {
  const { relay } = parse(`${RELAY}
    [relaychain.genesis.runtimeGenesis.patch.configuration.config]
    needed_approvals = 1
  `);
  expect(relay.genesisPatch).toEqual({ configuration: { config: { needed_approvals: 1 } } });
});

test.each([
  ['what is no TOML', '= =', /cannot be used/],
  ['another provider', `[settings]\nprovider = "docker"\n${RELAY}`, /not native/],
  ['a setting that does nothing here', `[settings]\nbootnode = true\n${RELAY}`, /bootnode/],
  [
    'channels in the genesis',
    `${RELAY}\n[[hrmp_channels]]\nsender = 1\nrecipient = 2\n`,
    /hrmp_channels/,
  ],
  ['no validator', '[relaychain]\nchain = "rococo-local"\n', /no node/],
  ['no relay chain', '', /chain has to be text/],
  ['a node that does not validate', `${RELAY}validator = false\n`, /has to validate/],
  ['a name that is a path', RELAY.replace('validator-a', '../a'), /cannot be a node's name/],
  ['two nodes with one name', RELAY + RELAY.slice(RELAY.indexOf('[[')), /one name/],
  [
    'a parachain without a spec',
    `${RELAY}\n[[parachains]]\nid = 1000\n[parachains.collator]\nname = "alice"\n`,
    /chain_spec_path/,
  ],
  [
    'two parachains with one id',
    RELAY +
      ['a', 'b']
        .map(
          (name) =>
            `[[parachains]]\nid = 1\nchain_spec_path = "x"\n[parachains.collator]\nname = "${name}"\n`,
        )
        .join(''),
    /one id/,
  ],
  ['an id that is no number', `${RELAY}\n[[parachains]]\nid = "x"\n`, /whole number/],
])('%s is refused', (_, text, message) => {
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'TOPOLOGY_INVALID' }));
});

test('a file that is not there is told', async () => {
  await expect(readTopology('/nothing/zombienet.toml')).rejects.toMatchObject({
    code: 'TOPOLOGY_INVALID',
  });
});
