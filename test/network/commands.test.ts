// SPDX-License-Identifier: Apache-2.0
// The commands of docs/network.md, as people type them. What they need a running network for is tried on the one under test.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isChosen, isReal, realNetwork } from './network-under-test.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);
const npm = (...args: string[]) => execute('npm', ['run', '--silent', ...args], { cwd: ROOT });

const networks = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('training-ledger-net-'));

/** Ids of the processes whose arguments hold a text. */
async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await execute('ps', ['-A', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(text));
}

/** Waits until a program has written a text to stderr. */
function said(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      output += chunk;
      if (output.includes(text)) resolve();
    });
    child.once('exit', () => reject(new Error(`It ended: ${output}`)));
  });
}

describe.runIf(isChosen)('without programs', () => {
  test('npm run net says in one sentence what is missing', async () => {
    const bin = await mkdtemp(join(tmpdir(), 'no-programs-'));
    try {
      await expect(npm('net', '--', '--bin', bin)).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          /^The network needs polkadot, polkadot-omni-node, not found in .+\n$/,
        ),
      });
    } finally {
      await rm(bin, { recursive: true });
    }
  });

  test('npm run net:setup fails with one sentence where a release cannot be reached', async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const bin = await mkdtemp(join(tmpdir(), 'no-programs-'));
    try {
      await expect(npm('net:setup', '--', '--bin', bin, '--mirror', mirror)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/polkadot\S*\.sha256 could not be fetched\. HTTP 404\.\n$/),
      });
      expect(await readdir(bin)).toEqual([]);
    } finally {
      server.close();
      await rm(bin, { recursive: true });
    }
  });
});

describe.runIf(isReal)('with a real network', () => {
  test('npm run net:node shows and stops nodes', async () => {
    const { directory } = await realNetwork();
    const node = (...args: string[]) => npm('net:node', '--', ...args, '--folder', directory);
    expect((await node('status')).stdout).toMatch(/^bob +running +\d+$/m);
    expect((await node('pause', 'bob')).stdout).toMatch(/^bob +paused/m);
    expect((await node('resume', 'bob')).stdout).toMatch(/^bob +running/m);
    await expect(node('resume', 'bob')).rejects.toMatchObject({
      code: 1,
      stderr: 'Node bob cannot be resumed: it is running.\n',
    });
    await expect(node('kill', 'nobody')).rejects.toMatchObject({ code: 1 });
  });

  test('a chain is reached where the network says', async () => {
    const { chains, relaySpecPath } = await realNetwork();
    for (const { specPath, paraId } of chains) {
      const spec = JSON.parse(await readFile(specPath, 'utf8'));
      expect(spec.para_id).toBe(paraId);
      expect(spec.relay_chain).toBe(JSON.parse(await readFile(relaySpecPath, 'utf8')).id);
      expect(spec.bootNodes).toHaveLength(1);
    }
  });

  test.each([
    ['SIGTERM', 'making chain specs'],
    ['SIGINT', 'blocks:'],
  ] as const)(
    'npm run net leaves nothing behind after %s, at "%s"',
    async (signal, moment) => {
      const before = await networks();
      const child = spawn('npm', ['run', '--silent', 'net'], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
      await said(child, moment);
      const [folder] = (await networks()).filter((name) => !before.includes(name));
      expect(await processesWith(folder as string)).not.toEqual([]);
      // Ctrl-C reaches the whole group, `kill` only npm.
      const pid = child.pid as number;
      process.kill(signal === 'SIGINT' ? -pid : pid, signal);
      await once(child, 'exit');
      await expect.poll(() => processesWith(folder as string), { timeout: 20_000 }).toEqual([]);
      await expect.poll(networks, { timeout: 20_000 }).not.toContain(folder);
    },
    300_000,
  );
});
