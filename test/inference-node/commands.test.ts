// SPDX-License-Identifier: Apache-2.0
// The commands of the inference node's README: a key is made, registered and used.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Keyring } from '@polkadot/keyring';
import { nodeFacts } from '@training-ledger/inference-node';
import { fundAccounts } from '@training-ledger/network';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentedCommands, ROOT } from '../docs/commands.ts';
import { type Served, startServed } from './served.ts';

const execute = promisify(execFile);
const commands = (await documentedCommands()).filter(
  ({ file }) => file === 'inference-node/README.md',
);
/** An account of this test. */
const SURI = '//of-a-test//inference-node';

let served: Served;
beforeAll(async () => {
  served = await startServed();
  const { address } = new Keyring({ type: 'sr25519' }).addFromUri(SURI);
  await fundAccounts(served.client, [address]);
  await writeFile(join(served.folder, 'account.txt'), `${SURI}\n`, { mode: 0o600 });
});
afterAll(() => served?.stop());

/** A documented command with the places of this test, without npm: what it starts is ended by its id. */
function documented(name: string, more: readonly string[] = []): [string, string[]] {
  const start = `npm run inference-node -- ${name}`;
  const { command } = commands.find((one) => one.command.startsWith(start)) ?? {};
  expect(command, `the README has "${start}"`).toBeDefined();
  const places: Record<string, string> = {
    'ws://127.0.0.1:9988': served.endpoint,
    '0x...': served.base,
    './store': served.store,
    'node.key': join(served.folder, 'node.key'),
    'account.txt': join(served.folder, 'account.txt'),
  };
  const words = (command as string).split(' ').slice(4);
  const cli = join(ROOT, 'inference-node', 'src', 'cli.ts');
  const args = [...words.map((word) => places[word] ?? word), ...more];
  return [process.execPath, ['--conditions=@training-ledger/source', cli, ...args]];
}

it('make a key, register it and serve until they are interrupted', async () => {
  const key = join(served.folder, 'node.key');
  const made = await execute(...documented('key'));
  expect(made.stdout).toMatch(/^0x[0-9a-f]{64}\n$/);
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  expect(made.stdout + made.stderr).not.toContain((await readFile(key, 'utf8')).trim());
  await expect(execute(...documented('key'))).rejects.toMatchObject({
    stderr: expect.stringContaining('KEY_FILE_EXISTS'),
  });

  const run = documented('run', ['--port', '0', '--json']);
  await expect(execute(...run)).rejects.toMatchObject({
    stderr: expect.stringContaining('NODE_NOT_REGISTERED'),
  });
  expect((await execute(...documented('register'))).stdout).toBe(made.stdout);

  const node = spawn(...run, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(node.stdout, 'data')) as [Buffer];
    const { url, nodeKey } = JSON.parse(line.toString());
    expect(await nodeFacts(url)).toMatchObject({ base: served.base, nodeKey });
    expect(`${nodeKey}\n`).toBe(made.stdout);
    const ended = once(node, 'exit');
    node.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    node.kill('SIGKILL');
  }
});

it('take no key that others may read, and none that is something else', async () => {
  const key = join(served.folder, 'node.key');
  const run = documented('run', ['--port', '0']);
  await chmod(key, 0o644);
  await expect(execute(...run)).rejects.toMatchObject({
    stderr: expect.stringContaining('KEY_FILE_EXPOSED'),
  });
  await writeFile(key, 'something else');
  await chmod(key, 0o600);
  await expect(execute(...run)).rejects.toMatchObject({
    stderr: expect.stringMatching(/KEY_FILE_MALFORMED(?!.*something else)/),
  });
});

it('take no option that is none', async () => {
  for (const [option, value] of [
    ['--port', '65536'],
    ['--base', '0x00'],
  ] as const) {
    await expect(execute(...documented('run', [option, value]))).rejects.toMatchObject({
      stderr: expect.stringContaining('OPTION_INVALID'),
    });
  }
});
