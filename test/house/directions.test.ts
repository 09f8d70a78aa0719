// SPDX-License-Identifier: Apache-2.0
// Arrows go down only: a room imports what is below it, a file stays in its room, and no files import one another in a circle.
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/commands.ts';
import { circlesOf } from './circles.ts';
import { mayImport, ROOMS, roomOf, STOREYS } from './rooms.ts';
import { importsOf, type Source, sourcesOf } from './sources.ts';

/**
 * Circles that were there before this test, each as its files, in the order of their names. A circle that is gone has to go from here,
 * and none may come. Types count too: who reads one file of a circle has to read them all.
 */
const KNOWN_CIRCLES: readonly (readonly string[])[] = [
  ['circuits/src/commitment/committer.ts', 'circuits/src/commitment/packed.ts'],
  ['offchain-worker/src/cli/daemon.ts', 'offchain-worker/src/cli/run.ts'],
  [
    'offchain-worker/src/worker/committee.ts',
    'offchain-worker/src/worker/context.ts',
    'offchain-worker/src/worker/opening.ts',
  ],
  [
    'protocol/src/crypto/native-suite.ts',
    'protocol/src/crypto/noble-suite.ts',
    'protocol/src/crypto/suite.ts',
  ],
];

const FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
const description = async (folder: string) =>
  JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
const sources = new Map<string, Source[]>();
for (const room of ROOMS) sources.set(room, await sourcesOf(room));
const all = [...sources.values()].flat();

/** The file that a relative import names. */
const target = (file: string, specifier: string): string =>
  posix.join(posix.dirname(file), specifier);
const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** A sentence for each import of a room that is not below. */
function upwards({ file, imports }: Source): string[] {
  const room = file.split('/')[0] as string;
  return imports.flatMap((specifier) => {
    const other = roomOf(specifier);
    return other === undefined || mayImport(room, other) ? [] : [`${file} imports ${specifier}`];
  });
}

/** A sentence for each relative import that leaves the room. */
const leaving = ({ file, imports }: Source): string[] =>
  imports
    .filter((to) => isRelative(to) && target(file, to).split('/')[0] !== file.split('/')[0])
    .map((to) => `${file} imports ${to}`);

describe('rooms', () => {
  it('are the workspaces of the project', async () => {
    expect([...ROOMS].sort()).toEqual([...(await description('.')).workspaces].sort());
  });

  it('stand in CONTRIBUTING.md as here', async () => {
    const text = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (\d+) +\| (.*) \|$/gm)].map(([, storey, rooms]) => [
      Number(storey),
      [...(rooms as string).matchAll(/`([\w-]+)`/g)].map(([, room]) => room),
    ]);
    const storeys = STOREYS.map((rooms, below) => [below + 1, rooms]);
    expect(rows).toEqual(storeys.toReversed());
  });

  it('have sources that were read', () => {
    for (const [room, files] of sources) expect(files, room).not.toEqual([]);
  });

  it('declare dependencies on rooms below them only', async () => {
    const wrong: string[] = [];
    for (const room of ROOMS) {
      const fields = await description(room);
      for (const field of FIELDS) {
        for (const name of Object.keys(fields[field] ?? {})) {
          const other = roomOf(name);
          const isRight = other === undefined || (other !== room && mayImport(room, other));
          if (!isRight) wrong.push(`${room} names ${name} in ${field}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('import rooms below them only', () => {
    expect(all.flatMap(upwards)).toEqual([]);
  });

  it('are entered by their package, never by a path', () => {
    expect(all.flatMap(leaving)).toEqual([]);
  });

  it('have no circles of imports but the known ones', () => {
    const files = new Map(
      all.map(({ file, imports }) => [
        file,
        imports.filter(isRelative).map((specifier) => target(file, specifier)),
      ]),
    );
    expect(circlesOf(files)).toEqual(KNOWN_CIRCLES);
  });
});

describe('what would be found', () => {
  it('an import of a room above or beside, in a statement, in code and in a type', () => {
    const code = `
      import { a } from '@training-ledger/protocol/statements';
      import type { b } from '@training-ledger/sdk';
      export * from '@training-ledger/network';
      // import 'a comment';
      type C = import('@training-ledger/offchain-worker').Worker;
      const text = "import 'a text'";
      const d = await import('@training-ledger/scripts');`;
    const imports = importsOf(code);
    expect(imports).toHaveLength(5);
    expect(upwards({ file: 'inference-node/src/file.ts', imports })).toEqual([
      'inference-node/src/file.ts imports @training-ledger/network',
      'inference-node/src/file.ts imports @training-ledger/offchain-worker',
      'inference-node/src/file.ts imports @training-ledger/scripts',
    ]);
    expect(mayImport('test', 'unknown')).toBe(false);
  });

  it('a relative import that leaves its room', () => {
    const imports = ['../errors.ts', '../../../protocol/src/index.ts', 'node:fs'];
    expect(leaving({ file: 'sdk/src/chain/file.ts', imports })).toEqual([
      'sdk/src/chain/file.ts imports ../../../protocol/src/index.ts',
    ]);
  });

  it('a circle of two files, of many, and of one', () => {
    const imports = new Map([
      ['a', ['b', 'z']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', ['e']],
      ['e', ['d', 'f']],
      ['f', ['f']],
      ['g', ['a', 'f']],
    ]);
    expect(circlesOf(imports)).toEqual([['a', 'b', 'c'], ['d', 'e'], ['f']]);
  });
});
