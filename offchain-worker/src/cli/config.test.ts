// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { readOptions } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-config-'));
const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = {
  endpoint: { isRequired: true, pattern: /^wss?:/ },
  'metrics.port': { integer: [0, 65_535] },
  logLevel: { oneOf: ['info', 'debug'] },
} as const;

async function read(config: object | string | undefined, ...flags: string[]) {
  if (config !== undefined)
    writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const command = new Command('run')
    .exitOverride()
    .option('--config <file>')
    .option('--endpoint <url>')
    .option('--metrics.port <port>')
    .option('--logLevel <level>', '', 'info');
  command.parse([...(config === undefined ? [] : ['--config', file]), ...flags], { from: 'user' });
  return readOptions(command, RULES);
}

const wrong = (option: string) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(option) });

describe('options', () => {
  it('come from flags, then the config file, then the defaults', async () => {
    const config = { endpoint: 'ws://file', metrics: { port: 9_000 } };
    expect(await read(config)).toEqual({
      endpoint: 'ws://file',
      'metrics.port': '9000',
      logLevel: 'info',
    });
    expect(await read(config, '--endpoint', 'ws://flag')).toMatchObject({ endpoint: 'ws://flag' });
    expect(await read({ ...config, logLevel: 'debug' })).toMatchObject({ logLevel: 'debug' });
    expect(await read({ ...config, logLevel: 'debug' }, '--logLevel', 'info')).toMatchObject({
      logLevel: 'info',
    });
  });

  it('are refused by name when missing or wrong', async () => {
    await expect(read(undefined)).rejects.toThrow(wrong('--endpoint'));
    await expect(read({ endpoint: 'http://x' })).rejects.toThrow(wrong('--endpoint'));
    for (const port of [65_536, -1, 1.5, 'x', true]) {
      await expect(read({ endpoint: 'ws://x', metrics: { port } })).rejects.toThrow(
        wrong('--metrics.port'),
      );
    }
    await expect(read({ endpoint: 'ws://x' }, '--logLevel', 'loud')).rejects.toThrow(
      wrong('--logLevel'),
    );
  });

  it('are refused when the config file is wrong', async () => {
    await expect(read({ endpont: 'ws://x' })).rejects.toThrow(wrong('endpont'));
    await expect(read('{')).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    await expect(read(undefined, '--config', join(folder, 'none'))).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
