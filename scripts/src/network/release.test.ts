// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Asset, fetchPrograms, releaseAssets } from './release.ts';

const content = randomBytes(300_000);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let server: Server;
let assets: Asset[];
let requests: { url: string; range: string | undefined }[];
/** What the release serves by path. */
let files: Map<string, Uint8Array | string>;
/** Bytes after which the server sends nothing more; it does not hang up. */
let stallAfter: number | undefined;

function serve({ url, headers }: IncomingMessage, response: ServerResponse): void {
  const { range } = headers;
  requests.push({ url: url as string, range });
  const file = files.get(url as string);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const bytes = Buffer.from(file);
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (start > 0 && start >= bytes.length) {
    response.writeHead(416).end();
    return;
  }
  const rest = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
  if (stallAfter === undefined || url?.endsWith('.sha256')) response.end(rest);
  else response.write(rest.subarray(0, stallAfter));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'release-'));
  requests = [];
  stallAfter = undefined;
  files = new Map<string, Uint8Array | string>([
    ['/r1/polkadot', content],
    ['/r1/polkadot.sha256', `${sha256(content)}  artifacts/polkadot\n`],
  ]);
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assets = releaseAssets('r1', base, 'linux-x64').slice(0, 1);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

test('a program whose checksum is right is there and can be executed', async () => {
  const [fetched] = await fetchPrograms(assets, directory);
  expect(fetched).toEqual({ program: 'polkadot', sha256: sha256(content), kept: false });
  expect(await readFile(join(directory, 'polkadot'))).toEqual(content);
  expect((await stat(join(directory, 'polkadot'))).mode & 0o111).toBe(0o111);
  expect(await readdir(directory)).toEqual(['polkadot']);
});

test('a program that is there is not fetched again', async () => {
  await fetchPrograms(assets, directory);
  requests = [];
  const [fetched] = await fetchPrograms(assets, directory);
  expect(fetched?.kept).toBe(true);
  expect(requests.map(({ url }) => url)).toEqual(['/r1/polkadot.sha256']);
});

test('a program that was changed on disk is fetched again', async () => {
  await writeFile(join(directory, 'polkadot'), 'something else');
  const [fetched] = await fetchPrograms(assets, directory);
  expect(fetched?.kept).toBe(false);
  expect(await readFile(join(directory, 'polkadot'))).toEqual(content);
});

test('a download that broke off goes on where it stopped', async () => {
  stallAfter = 100_000;
  const partial = join(directory, `polkadot.${sha256(content).slice(0, 16)}.part`);
  const broken = expect(fetchPrograms(assets, directory)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
  });
  const written = (): Promise<number> =>
    stat(partial).then(
      ({ size }) => size,
      () => 0,
    );
  await expect.poll(written, { timeout: 10_000 }).toBeGreaterThan(0);
  server.closeAllConnections();
  await broken;
  const size = await written();
  stallAfter = undefined;
  requests = [];
  await fetchPrograms(assets, directory);
  expect(requests.at(-1)?.range).toBe(`bytes=${size}-`);
  expect(await readFile(join(directory, 'polkadot'))).toEqual(content);
});

test('a download that ended before it was checked is not fetched again', async () => {
  await writeFile(join(directory, `polkadot.${sha256(content).slice(0, 16)}.part`), content);
  await fetchPrograms(assets, directory);
  expect(await readFile(join(directory, 'polkadot'))).toEqual(content);
});

test('a program with another checksum is thrown away', async () => {
  files.set('/r1/polkadot', randomBytes(1_000));
  await expect(fetchPrograms(assets, directory)).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
  });
  expect(await readdir(directory)).toEqual([]);
});

test('a wrong beginning is found out', async () => {
  const partial = join(directory, `polkadot.${sha256(content).slice(0, 16)}.part`);
  await writeFile(partial, randomBytes(1_000));
  await expect(fetchPrograms(assets, directory)).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
  });
  await fetchPrograms(assets, directory);
  expect(await readFile(join(directory, 'polkadot'))).toEqual(content);
});

test('a release without a checksum is refused', async () => {
  files.set('/r1/polkadot.sha256', 'see the website\n');
  await expect(fetchPrograms(assets, directory)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  files.delete('/r1/polkadot.sha256');
  await expect(fetchPrograms(assets, directory)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(await readdir(directory)).toEqual([]);
});

test('a release that does not exist is told', async () => {
  files.delete('/r1/polkadot');
  await expect(fetchPrograms(assets, directory)).rejects.toThrow(/HTTP 404/);
});

test('without a connection the message says what to do', async () => {
  server.closeAllConnections();
  server.close();
  await expect(fetchPrograms(assets, directory)).rejects.toThrow(/needs the internet.*--bin/);
});

test('programs come over HTTPS, and not from other machines over HTTP', () => {
  expect(() => releaseAssets('r1', 'http://example.org', 'linux-x64')).toThrow(/HTTPS only/);
  expect(releaseAssets('r1', 'https://example.org', 'darwin-arm64')[0]?.url).toBe(
    'https://example.org/r1/polkadot-aarch64-apple-darwin',
  );
});

test('a platform without programs is refused', () => {
  expect(() => releaseAssets('r1', 'https://example.org', 'win32-x64')).toThrow(
    /no programs for win32-x64/,
  );
});
