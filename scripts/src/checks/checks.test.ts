// SPDX-License-Identifier: Apache-2.0
// CONTRIBUTING.md lists the checks that there are.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../paths.ts';
import { STAGES } from './checks.ts';

it('CONTRIBUTING.md has a row for every check, in the order in which they start', async () => {
  const text = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [, table = ''] = /^\| check .*\n\| -.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const named = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(named).toEqual(STAGES.flat().map(({ name }) => name));
});
