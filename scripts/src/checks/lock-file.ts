// SPDX-License-Identifier: Apache-2.0
// Whether package-lock.json is whole: `npm ci` installs on every platform what it names, and npm itself does not notice what it lacks.

/** An entry of `packages`, as far as it is read. */
interface Entry {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly os?: readonly string[] | string;
  readonly libc?: readonly string[] | string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** package-lock.json, version 3. */
export interface LockFile {
  readonly lockfileVersion: number;
  /** By folder: '' is the project, `node_modules/x` an installed package, any other a workspace. */
  readonly packages: Readonly<Record<string, Entry>>;
}

const INSTALLED = 'node_modules/';
/** Names of packages that hold a program for one libc. */
const FOR_ONE_LIBC = /-linux-.*-gnu$|-musl$/;

/** What a lock file lacks or should not have, a sentence each. */
export function lockProblems({ lockfileVersion, packages }: LockFile): string[] {
  if (lockfileVersion !== 3) return [`It has version ${lockfileVersion}, not 3.`];
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...missing(packages, path, entry).map((name) => `${path || 'The project'} needs ${name}.`),
    ...(path.includes(INSTALLED) && !entry.link ? entryProblems(path, entry) : []),
  ]);
}

function entryProblems(path: string, { integrity, inBundle, resolved, libc }: Entry): string[] {
  const problems: string[] = [];
  if (integrity === undefined && !inBundle) problems.push(`${path} has no integrity.`);
  if (resolved !== undefined) problems.push(`${path} names a host, in "resolved".`);
  // Without it, both variants are installed. npm 10 takes it away.
  if (FOR_ONE_LIBC.test(path) && libc === undefined) problems.push(`${path} has no libc.`);
  return problems;
}

/** Dependencies of an entry that are not in the lock file: optional ones too, because other platforms need them. */
function missing(packages: LockFile['packages'], path: string, entry: Entry): string[] {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = entry;
  const isOptionalPeer = (name: string): boolean => peerDependenciesMeta[name]?.optional === true;
  const needed = {
    ...entry.dependencies,
    ...entry.optionalDependencies,
    // Only those of the project and its workspaces are installed.
    ...(path.includes(INSTALLED) ? {} : entry.devDependencies),
  };
  const peers = Object.keys(peerDependencies).filter((name) => !isOptionalPeer(name));
  return [...Object.keys(needed), ...peers].filter((name) => !isInstalled(packages, path, name));
}

/** Whether a package in `path` finds `name`, as Node looks for it: in the nearest `node_modules`. */
function isInstalled(packages: LockFile['packages'], path: string, name: string): boolean {
  for (let folder = path; ; folder = parentOf(folder)) {
    const place = folder === '' ? `${INSTALLED}${name}` : `${folder}/${INSTALLED}${name}`;
    if (packages[place] !== undefined) return true;
    if (folder === '') return false;
  }
}

/** The folder whose `node_modules` holds a package; that of a workspace is the project's. */
function parentOf(path: string): string {
  const end = path.lastIndexOf(`/${INSTALLED}`);
  return end === -1 ? '' : path.slice(0, end);
}
