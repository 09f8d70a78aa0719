// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../paths.ts';
import { type LockFile, lockProblems } from './lock-file.ts';

const WHOLE = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as LockFile;

/** Problems of this lock file after a change of its entries. */
function after(change: (packages: Record<string, Record<string, unknown>>) => void): string[] {
  const lock = structuredClone(WHOLE);
  change(lock.packages as never);
  return lockProblems(lock);
}

it('the lock file is whole', () => {
  expect(lockProblems(WHOLE)).toEqual([]);
});

it('it has every platform of the tools', () => {
  const paths = Object.keys(WHOLE.packages);
  for (const scope of ['@biomejs/cli', '@rolldown/binding', '@typescript/typescript']) {
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']) {
      const start = `node_modules/${scope}-${platform}`;
      expect(
        paths.some((path) => path.startsWith(start)),
        start,
      ).toBe(true);
    }
  }
});

it('finds what is named and not there', () => {
  const lost = 'node_modules/@biomejs/cli-win32-arm64';
  expect(after((packages) => delete packages[lost])).toEqual([
    'node_modules/@biomejs/biome needs @biomejs/cli-win32-arm64.',
  ]);
  expect(after((packages) => delete packages['node_modules/typescript'])).toContain(
    'The project needs typescript.',
  );
  const peer = after((packages) => {
    packages['node_modules/fast-check'] = {
      integrity: 'sha512-',
      peerDependencies: { here: '1', notHere: '1', maybe: '1' },
      peerDependenciesMeta: { maybe: { optional: true } },
    };
    packages['node_modules/fast-check/node_modules/here'] = { integrity: 'sha512-' };
  });
  expect(peer).toEqual(['node_modules/fast-check needs notHere.']);
});

it('finds entries without integrity, with a host, or that npm 10 has written', () => {
  const musl = 'node_modules/@biomejs/cli-linux-x64-musl';
  const gnu = 'node_modules/@rolldown/binding-linux-x64-gnu';
  const problems = after((packages) => {
    delete packages[musl]?.['libc'];
    delete packages[gnu]?.['libc'];
    Object.assign(packages['node_modules/typescript'] as object, {
      integrity: undefined,
      resolved: 'https://example.org/typescript.tgz',
    });
  });
  expect(problems.sort()).toEqual([
    `${musl} has no libc.`,
    `${gnu} has no libc.`,
    'node_modules/typescript has no integrity.',
    'node_modules/typescript names a host, in "resolved".',
  ]);
});

it('refuses another version of the format', () => {
  expect(lockProblems({ lockfileVersion: 2, packages: {} })).toEqual(['It has version 2, not 3.']);
});
