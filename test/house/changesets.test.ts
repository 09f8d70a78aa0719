// SPDX-License-Identifier: Apache-2.0
// Changesets name packages that there are, how their versions change, and say something; their tool, which is not installed, would refuse others.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../docs/commands.ts';
import { ROOMS } from './rooms.ts';

const FOLDER = join(ROOT, '.changeset');
const FORM = /^---\n((?:(['"])[^'"]+\2: (?:patch|minor|major)\n)+)---\n\n\S/;

/** What is wrong with a changeset; undefined if nothing is. */
function fault(text: string): string | undefined {
  const [, heads] = FORM.exec(text) ?? [];
  if (heads === undefined) return 'not a list of packages and what changes for their users';
  const names = [...heads.matchAll(/['"]([^'"]+)['"]/g)].map(([, name]) => name as string);
  const unknown = names.filter(
    (name) => !ROOMS.some((room) => name === `@training-ledger/${room}`),
  );
  return unknown.length === 0 ? undefined : `no such package: ${unknown.join(', ')}`;
}

it('every changeset can be released', async () => {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.md'));
  for (const name of names.filter((one) => one !== 'README.md')) {
    expect(fault(await readFile(join(FOLDER, name), 'utf8')), name).toBeUndefined();
  }
});

it.each([
  ["---\n'@training-ledger/unknown': minor\n---\n\nText.\n", /no such package/],
  ["---\n'@training-ledger/sdk': big\n---\n\nText.\n", /not a list/],
  ["---\n'@training-ledger/sdk': minor\n---\n\n", /not a list/],
  ['Text.\n', /not a list/],
])('%j is refused', (text, why) => {
  expect(fault(text)).toMatch(why);
});

it('the tool has an exact version, so that everybody runs the same', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.changeset).toMatch(/^npx --yes @changesets\/cli@\d+\.\d+\.\d+$/);
});
