// SPDX-License-Identifier: Apache-2.0
// The packages as npm would publish them, in a folder where they find one another and what they declare, and nothing else.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../paths.ts';

/** What a package's description says, as far as it is read. */
interface Description {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, object>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that was packed and unpacked. */
export interface PackedPackage {
  /** Its folder in the repository. */
  readonly room: string;
  readonly tarball: string;
  /** The versions of Node that it runs on. */
  readonly engines: string | undefined;
  /** Names under which it can be imported. */
  readonly entryPoints: readonly string[];
  /** Paths of its programs, by name. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Packs every package that is published into `directory`, an empty folder, and unpacks it below its `node_modules`. */
export async function packPackages(directory: string): Promise<PackedPackage[]> {
  const packages: PackedPackage[] = [];
  for (const room of await publishedRooms()) {
    const description = await describe<Description>(join(ROOT, room));
    const tarball = pack(room, directory);
    const { name, engines, exports, bin = {} } = description;
    const folder = join(directory, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
    await link(room, Object.keys(description.dependencies ?? {}), folder);
    // Peers are the application's.
    await link(room, Object.keys(description.peerDependencies ?? {}), directory);
    packages.push({
      room,
      tarball,
      engines: engines?.node,
      // What has the sources' condition alone is for the repository's own tests.
      entryPoints: Object.entries(exports)
        .filter(([, conditions]) => Object.hasOwn(conditions, 'default'))
        .map(([path]) => `${name}${path.slice(1)}`),
      programs: Object.fromEntries(
        Object.entries(bin).map(([program, file]) => [program, join(folder, file)]),
      ),
    });
  }
  return packages;
}

/** Makes dependencies that npm has installed for a package of the repository visible to a folder. */
export async function link(
  room: string,
  dependencies: readonly string[],
  folder: string,
): Promise<void> {
  for (const name of dependencies.filter((each) => !each.startsWith('@training-ledger/'))) {
    const installed = [join(ROOT, room), ROOT]
      .map((parent) => join(parent, 'node_modules', name))
      .find(existsSync);
    if (installed === undefined) throw new Error(`${name}, which ${room} needs, is not installed.`);
    const place = join(folder, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    if (!existsSync(place)) await symlink(installed, place, 'junction');
  }
}

/** Packs a package and returns the tarball. */
export function pack(room: string, destination: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const json = execFileSync('npm', args, { cwd: join(ROOT, room), encoding: 'utf8' });
  const [packed] = Object.values(JSON.parse(json) as Record<string, { filename: string }>);
  if (packed === undefined) throw new Error(`npm packed nothing for ${room}.`);
  return join(destination, packed.filename);
}

/** The rooms whose packages are published. */
export async function publishedRooms(): Promise<string[]> {
  const { workspaces } = await describe<{ workspaces: string[] }>(ROOT);
  const descriptions = await Promise.all(
    workspaces.map((room) => describe<Description>(join(ROOT, room))),
  );
  return workspaces.filter((_, i) => !descriptions[i]?.private);
}

async function describe<T>(folder: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}
