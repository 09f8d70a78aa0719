// SPDX-License-Identifier: Apache-2.0
// A node's process and the guard, with a shell that counts instead of a node.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttachedNetwork, serveControls } from './control.ts';
import { DESCRIPTION_FILE, type NodeControls } from './description.ts';
import type { NetworkError } from './errors.ts';
import { Guard } from './guard.ts';
import { NodeProcess } from './node-process.ts';

/** Writes a line every 20 ms, from a child of the process that is started. */
const COUNT = 'echo start; sh -c "while :; do echo tick; sleep 0.02; done"';

/** Of a machine that does other things as well. */
const SOON = { timeout: 15_000 };

let directory: string;
let log: string;
let guard: Guard;
let exits: NetworkError[];
let node: NodeProcess;

const shell = (script: string): NodeProcess =>
  new NodeProcess(
    { name: 'alice', program: '/bin/sh', args: ['-c', script], log },
    guard,
    (error) => exits.push(error),
  );
const lines = async (word: string): Promise<number> =>
  (await readFile(log, 'utf8')).split('\n').filter((line) => line === word).length;
const grows = async (): Promise<boolean> => {
  const before = await lines('tick');
  await sleep(300);
  return (await lines('tick')) > before;
};
/** Whether a process of the group still runs; one that ended and that nobody has asked about yet does not. */
const isAlive = (group: number): boolean =>
  execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([id, state]) => Number(id) === group && !state?.startsWith('Z'));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'node-process-'));
  log = join(directory, 'alice', 'node.log');
  guard = new Guard();
  exits = [];
  node = shell(COUNT);
});
afterEach(async () => {
  await node.stop();
  guard.end();
  await rm(directory, { recursive: true });
});

test('a paused node stands still with its children, and goes on', async () => {
  node.start();
  await expect.poll(grows, SOON).toBe(true);
  node.pause();
  expect(node.state).toBe('paused');
  await sleep(100);
  expect(await grows()).toBe(false);
  node.resume();
  await expect.poll(grows, SOON).toBe(true);
});

test('a killed node is gone with its children, and starts again with the same log', async () => {
  node.start();
  await expect.poll(() => lines('start').catch(() => 0), SOON).toBe(1);
  const pid = node.pid as number;
  await node.kill();
  expect(node.state).toBe('ended');
  expect(node.pid).toBeUndefined();
  await expect.poll(() => isAlive(pid), SOON).toBe(false);
  await node.restart();
  await expect.poll(() => lines('start'), SOON).toBe(2);
  expect(exits).toEqual([]);
});

test('a paused node can be stopped', async () => {
  node.start();
  node.pause();
  await node.stop();
  expect(node.state).toBe('ended');
});

test('a node that ends by itself is told with what it said last', async () => {
  const failing = shell('echo the database is locked; exit 3');
  failing.start();
  await expect.poll(() => exits[0]?.message, SOON).toContain('exit code 3');
  expect(exits[0]?.code).toBe('NODE_EXITED');
  expect(exits[0]?.details).toContain('the database is locked');
});

test('a program that cannot be started is told', async () => {
  const missing = new NodeProcess(
    { name: 'alice', program: join(directory, 'nothing'), args: [], log },
    guard,
    (error) => exits.push(error),
  );
  missing.start();
  await expect.poll(() => exits[0]?.message, SOON).toContain('ENOENT');
});

test('what cannot be done to a node in its state is refused', async () => {
  const refused = expect.objectContaining({ code: 'NODE_STATE' });
  expect(() => node.pause()).toThrow(refused);
  await expect(node.kill()).rejects.toThrow(refused);
  node.start();
  expect(() => node.start()).toThrow(refused);
  expect(() => node.resume()).toThrow(refused);
  node.pause();
  expect(() => node.pause()).toThrow(refused);
});

test('nodes end and their folder is removed when their owner is killed', async () => {
  const owned = join(directory, 'owned');
  const code = `
    import { mkdirSync } from 'node:fs';
    import { Guard } from '${new URL('./guard.ts', import.meta.url)}';
    import { NodeProcess } from '${new URL('./node-process.ts', import.meta.url)}';
    mkdirSync('${owned}');
    const node = new NodeProcess(
      { name: 'alice', program: '/bin/sleep', args: ['1000'], log: '${join(owned, 'log')}' },
      new Guard('${owned}'),
      () => {},
    );
    node.start();
    console.log(node.pid);
    setInterval(() => {}, 1_000);
  `;
  const owner = spawn(
    process.execPath,
    [
      ...process.execArgv,
      '--conditions=@training-ledger/source',
      '--input-type=module',
      '-e',
      code,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<number>((resolve) => {
    owner.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  expect(isAlive(pid)).toBe(true);
  owner.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), SOON).toBe(false);
  await expect.poll(() => existsSync(owned), SOON).toBe(false);
});

test('another process controls the nodes through the folder', async () => {
  const description = { directory, relayEndpoint: '', relaySpecPath: '', chains: [], nodes: [] };
  await writeFile(join(directory, DESCRIPTION_FILE), JSON.stringify(description));
  const controls: NodeControls = {
    pause: async (name) => {
      if (name !== 'alice') throw new Error('not alice');
      node.pause();
    },
    resume: async () => node.resume(),
    kill: () => node.kill(),
    restart: () => node.restart(),
    status: async () => [{ name: 'alice', state: node.state }],
  };
  await expect(AttachedNetwork.attach(directory)).rejects.toMatchObject({ code: 'CONTROL_FAILED' });
  const close = await serveControls(directory, controls);
  const network = await AttachedNetwork.attach(directory);
  node.start();
  await network.pause('alice');
  expect(await network.status()).toEqual([{ name: 'alice', state: 'paused' }]);
  await expect(network.pause('alice')).rejects.toMatchObject({ code: 'NODE_STATE' });
  await expect(network.pause('bob')).rejects.toMatchObject({ code: 'CONTROL_FAILED' });
  await network.resume('alice');
  await network.kill('alice');
  expect(node.state).toBe('ended');
  await network.restart('alice');
  expect(node.state).toBe('running');
  await close();
  await expect(network.status()).rejects.toMatchObject({ code: 'CONTROL_FAILED' });
});
