// SPDX-License-Identifier: Apache-2.0
// Fetches the nodes' programs from a release of the Polkadot SDK. A program is taken only if its SHA-256 is the one in the `.sha256`
// file that the release holds beside it. Both come from the same place over HTTPS: this finds what was damaged or cut short on
// the way, and not a release that was replaced by its owner.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RELAY_WORKERS } from './binaries.ts';
import { NetworkError } from './errors.ts';

/** The release of the SDK that the runtime is built with. */
export const RELEASE = 'polkadot-stable2609';

/** Where releases are published. */
export const RELEASES_URL = 'https://github.com/paritytech/polkadot-sdk/releases/download';

const PROGRAMS = ['polkadot', ...RELAY_WORKERS, 'polkadot-omni-node'] as const;
/** Endings of the assets' names. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': '',
  'darwin-arm64': '-aarch64-apple-darwin',
};
const LARGEST_PROGRAM = 1024 ** 3;
const LARGEST_CHECKSUM_FILE = 4_096;
/** Milliseconds without a byte after which a download has failed. */
const SILENCE = 60_000;

/** A program and the asset of a release that it is fetched from. */
export interface Asset {
  readonly program: string;
  readonly url: string;
}

/** What happened to a program. */
export interface FetchedProgram {
  readonly program: string;
  readonly sha256: string;
  /** Whether it was there already. */
  readonly kept: boolean;
}

/**
 * Assets of a release for a platform.
 * @param base URL that releases lie under: HTTPS, or plain HTTP on this machine
 * @throws NetworkError `PLATFORM_UNSUPPORTED`; `DOWNLOAD_FAILED` for a URL that cannot be trusted
 */
export function releaseAssets(
  release = RELEASE,
  base = RELEASES_URL,
  platform = `${process.platform}-${process.arch}`,
): Asset[] {
  const ending = PLATFORMS[platform];
  if (ending === undefined) {
    throw new NetworkError('PLATFORM_UNSUPPORTED', `There are no programs for ${platform}.`, {
      details: `Releases hold them for ${Object.keys(PLATFORMS).join(' and ')}.`,
      hint: 'Build them from the polkadot and polkadot-omni-node crates, and give their folder.',
    });
  }
  const { protocol, hostname } = new URL(base);
  if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1')) {
    throw failed(base, 'Programs are fetched over HTTPS only.');
  }
  return PROGRAMS.map((program) => ({ program, url: `${base}/${release}/${program}${ending}` }));
}

/**
 * Fetches programs that are not in `directory` yet. A download that broke off goes on where it stopped.
 * @throws NetworkError `DOWNLOAD_FAILED`; `CHECKSUM_MISMATCH`
 */
export async function fetchPrograms(
  assets: readonly Asset[],
  directory: string,
  onProgress: (line: string) => void = () => {},
): Promise<FetchedProgram[]> {
  await mkdir(directory, { recursive: true });
  const fetched: FetchedProgram[] = [];
  for (const asset of assets) fetched.push(await fetchProgram(asset, directory, onProgress));
  return fetched;
}

async function fetchProgram(
  { program, url }: Asset,
  directory: string,
  onProgress: (line: string) => void,
): Promise<FetchedProgram> {
  const wanted = await readChecksum(`${url}.sha256`);
  const path = join(directory, program);
  if ((await digestOf(path)) === wanted) {
    onProgress(`${program}: there already`);
    return { program, sha256: wanted, kept: true };
  }
  // Named by its checksum: the beginning of another release's program is not gone on with.
  const partial = `${path}.${wanted.slice(0, 16)}.part`;
  await download(url, partial, (line) => onProgress(`${program}: ${line}`));
  const actual = await digestOf(partial);
  if (actual !== wanted) {
    await rm(partial);
    throw new NetworkError('CHECKSUM_MISMATCH', `${url} is not what its release says.`, {
      details: `SHA-256 ${actual} instead of ${wanted}; it was thrown away.`,
    });
  }
  await chmod(partial, 0o755);
  await rename(partial, path);
  return { program, sha256: wanted, kept: false };
}

/** A `.sha256` file: the checksum in hex, then, as `sha256sum` writes it, the name. */
async function readChecksum(url: string): Promise<string> {
  const response = await get(url, {}, AbortSignal.timeout(SILENCE));
  if (!response.ok) throw failed(url, `HTTP ${response.status}.`);
  const text = (await response.text().catch(() => '')).slice(0, LARGEST_CHECKSUM_FILE);
  const checksum = /^([0-9a-fA-F]{64})(?:\s|$)/.exec(text.trim())?.[1];
  if (checksum === undefined) throw failed(url, 'It holds no SHA-256.');
  return checksum.toLowerCase();
}

async function download(
  url: string,
  file: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const start = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE);
  try {
    const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
    const response = await get(url, range, silence.signal);
    if (start > 0 && response.status === 416) return;
    if (!response.ok || response.body === null) throw failed(url, `HTTP ${response.status}.`);
    const from = response.status === 206 ? start : 0;
    const size = from + Number(response.headers.get('content-length') ?? 0);
    onProgress(`fetching ${megabytes(size - from)}`);
    let received = from;
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          timer.refresh();
          received += chunk.length;
          if (received > LARGEST_PROGRAM) throw failed(url, 'It is larger than 1 GiB.');
          yield chunk;
        }
      },
      createWriteStream(file, { flags: from > 0 ? 'a' : 'w' }),
    );
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause;
    throw failed(url, `It broke off: ${reason(cause)}.`, cause, 'Run it again to go on.');
  } finally {
    clearTimeout(timer);
  }
}

async function get(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, { headers, signal });
  } catch (cause) {
    const hint =
      'This needs the internet. Without it, give `npm run net` a folder with the programs by --bin.';
    throw failed(url, `${reason(cause)}.`, cause, hint);
  }
}

function failed(url: string, details: string, cause?: unknown, hint?: string): NetworkError {
  return new NetworkError('DOWNLOAD_FAILED', `${url} could not be fetched.`, {
    details,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

function reason(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
