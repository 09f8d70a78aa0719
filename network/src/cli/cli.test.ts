// SPDX-License-Identifier: Apache-2.0
// The command as it is started and ended by people, shells and npm.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { commandOf, family, running, type Started, startNetwork } from './processes.test.helper.ts';

/** Milliseconds within which a slow machine starts a federation, or ends one. */
const PATIENCE = { timeout: 120_000, interval: 100 };
const SMALL = ['--dev', '--port', '0', '--accounts', '1', '--workers', '2', '--json'];

let started: Started | undefined;
let members: number[] = [];
function start(...given: Parameters<typeof startNetwork>): Started {
  started = startNetwork(...given);
  return started;
}
afterEach(() => {
  members.push(...(started === undefined ? [] : family(started.pid)));
  for (const pid of running(members)) process.kill(pid, 'SIGKILL');
  [started, members] = [undefined, []];
});

const untilPrinted = ({ stdout, stderr }: Started): Promise<void> =>
  expect.poll(() => stdout(), { ...PATIENCE, message: stderr() }).toMatch(/\n/);
const untilGone = (): Promise<void> => expect.poll(() => running(members), PATIENCE).toEqual([]);

describe('under npm', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s for npm ends the network in order',
    async (signal) => {
      const network = start(['--port', '0', '--json'], { npm: true });
      await untilPrinted(network);
      expect(JSON.parse(network.stdout()).chains).toHaveLength(2);
      members = family(network.pid);
      expect(members.length).toBeGreaterThan(1);
      process.kill(network.pid, signal);
      expect(await network.ended).toBe(0);
      await untilGone();
    },
  );

  it('Ctrl-C, which reaches every process of the group, ends a federation in order', async () => {
    const network = start(SMALL, { npm: true });
    await untilPrinted(network);
    const { state, workers } = JSON.parse(network.stdout());
    expect(workers).toHaveLength(2);
    members = family(network.pid);
    process.kill(-network.pid, 'SIGINT');
    expect(await network.ended).toBe(0);
    expect(network.stderr()).not.toMatch(/fail|error/i);
    await untilGone();
    expect(existsSync(state)).toBe(false);
  });

  it('what is left when npm is killed ends by itself, with its folder', async () => {
    const network = start(SMALL, { npm: true });
    await untilPrinted(network);
    const { state } = JSON.parse(network.stdout());
    members = family(network.pid);
    process.kill(network.pid, 'SIGKILL');
    await untilGone();
    expect(existsSync(state)).toBe(false);
  });
});

describe('by itself', () => {
  it('ends in order while it is being started', async () => {
    const network = start(SMALL);
    await expect.poll(() => network.stderr(), PATIENCE).toMatch(/worker 1: worker started/);
    members = family(network.pid);
    process.kill(network.pid, 'SIGTERM');
    expect(await network.ended).toBe(0);
    expect(network.stdout()).toBe('');
    await untilGone();
  });

  it('a second signal ends everything at once', async () => {
    const network = start(SMALL);
    await expect.poll(() => network.stderr(), PATIENCE).toMatch(/worker 1: worker started/);
    members = family(network.pid);
    // What stands still cannot end in order.
    const worker = members.find((pid) => /offchain-worker\S* run /.test(commandOf(pid))) as number;
    process.kill(worker, 'SIGSTOP');
    process.kill(network.pid, 'SIGINT');
    await expect.poll(() => network.stderr(), PATIENCE).toMatch(/stopping/);
    // What comes right after the first one is taken for the same.
    const again = setInterval(() => network.child.kill('SIGINT'), 600);
    expect(await network.ended.finally(() => clearInterval(again))).toBe(130);
    await untilGone();
  });

  it('workers and native programs end with a program that is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    try {
      const network = start([...SMALL, '--state', folder]);
      await expect.poll(() => network.stderr(), PATIENCE).toMatch(/worker 1: worker started/);
      members = family(network.pid);
      process.kill(network.pid, 'SIGKILL');
      await untilGone();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('is refused', () => {
  it.each([0, 1, 2])('if port %i of the three is taken, which is named', async (place) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const network = start(['--dev', '--port', String(port - place)]);
      expect(await network.ended).toBe(1);
      expect(network.stderr()).toMatch(new RegExp(`^PORT_TAKEN: Port ${port} `));
      expect(network.stdout()).toBe('');
    } finally {
      server.close();
    }
  });

  it('if its state folder holds something, of which nothing is touched', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    try {
      await writeFile(join(folder, 'mine.txt'), 'mine');
      const network = start(['--dev', '--port', '0', '--state', folder]);
      expect(await network.ended).toBe(1);
      expect(network.stderr()).toContain('STATE_NOT_EMPTY');
      expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    [['--workers', '1', '--dev'], /--workers.*2 to 7/s],
    [['--accounts', '51', '--dev'], /--accounts.*1 to 50/s],
    [['--accounts', '3'], /'--accounts' is for '--dev'/],
    [['--port', '65534'], /--port.*0 to 65533/s],
    [['--nothing'], /unknown option/],
  ])('with %s', async (args, message) => {
    const network = start(args);
    expect(await network.ended).toBe(1);
    expect(network.stderr()).toMatch(message);
    expect(network.stdout()).toBe('');
  });
});

it('tells its version', async () => {
  const { version } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const network = start(['--version']);
  expect(await network.ended).toBe(0);
  expect(network.stdout()).toBe(`${version}\n`);
});
