// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveQuickly } from './quick-loading.ts';

const folder = mkdtempSync(join(tmpdir(), 'quick-loading-'));
const write = (file: string, text: string): void => {
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};

/** A package whose files are ES modules, but for one folder, and one that takes the other form of a file. */
beforeAll(() => {
  write('node_modules/a/package.json', '{"type": "module", "exports": "./index.js"}');
  write(
    'node_modules/a/index.js',
    "import one from './one.js'; import two from './two.js'; import old from './old/old.js'; import c from './two.cjs';" +
      "import data from './data.json' with { type: 'json' }; export default [one, two, old, c, data.five];",
  );
  write('node_modules/a/one.js', 'export default 1;');
  write('node_modules/a/two.js', "import './one.js'; export default 2;");
  write('node_modules/a/two.cjs', "module.exports = require('./four.cjs');");
  write('node_modules/a/four.cjs', 'module.exports = 4;');
  write('node_modules/a/data.json', '{"five": 5}');
  write('node_modules/a/old/package.json', '{"type": "commonjs"}');
  write('node_modules/a/old/old.js', "module.exports = require('./three.js');");
  write('node_modules/a/old/three.js', 'module.exports = 3;');
  write('node_modules/a/broken.js', "import './one.js'; import './missing.js';");
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(code: string): string {
  const module = new URL('./quick-loading.ts', import.meta.url).href;
  write('run.mjs', `import { loadQuickly } from '${module}'; loadQuickly(); ${code}`);
  return execFileSync(process.execPath, ['--no-warnings', join(folder, 'run.mjs')], {
    encoding: 'utf8',
  });
}

it('every file of a package is loaded in its own format', () => {
  const loaded = run("console.log(JSON.stringify((await import('a')).default));");
  expect(JSON.parse(loaded)).toEqual([1, 2, 3, 4, 5]);
});

it('a file that is not there still cannot be loaded', () => {
  const file = join(folder, 'node_modules/a/broken.js');
  const told = run(`await import('${file}').catch(({ code }) => console.log(code));`);
  expect(told).toMatch(/^(ENOENT|ERR_MODULE_NOT_FOUND)\n$/);
});

it('Node is asked once for a folder and an extension, and always for what is not of a package', () => {
  const asked: string[] = [];
  const formats = new Map<string, string>();
  const resolve = (specifier: string, parentURL: string, conditions = ['import']) =>
    resolveQuickly(formats, specifier, { parentURL, conditions }, (name) => {
      asked.push(name);
      return { url: new URL(name, parentURL).href, format: 'module' };
    });
  const parent = 'file:///x/node_modules/p/index.js';
  const first = resolve('./a.js', parent);
  expect(resolve('./b.js', parent)).toEqual({
    ...first,
    url: 'file:///x/node_modules/p/b.js',
    shortCircuit: true,
  });
  expect(asked).toEqual(['./a.js']);
  resolve('./b.mjs', parent);
  resolve('./deep/b.js', parent);
  resolve('./c.js', parent, ['require']);
  resolve('./c.js', 'file:///x/own/index.js');
  resolve('./d.js', 'file:///x/own/index.js');
  expect(asked.slice(1)).toEqual(['./b.mjs', './deep/b.js', './c.js', './c.js', './d.js']);
});
