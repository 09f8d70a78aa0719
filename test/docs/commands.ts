// SPDX-License-Identifier: Apache-2.0
// What the documentation tells people to type: the commands of its `sh` blocks, and its TypeScript.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A command and the file that tells it. */
export interface DocumentedCommand {
  readonly file: string;
  readonly command: string;
}

/** Markdown files that people read. */
export async function documents(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).map((name) => join('docs', name));
  const rooms = [
    'protocol',
    'circuits',
    'sdk',
    'runtime-types',
    'offchain-worker',
    'inference-node',
    'network',
    'scripts',
    'chain',
    'test',
  ];
  const top = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', '.changeset/README.md'];
  const candidates = [...top, ...docs, ...rooms.map((room) => join(room, 'README.md'))];
  const found = await Promise.all(
    candidates.map((file) =>
      readFile(join(ROOT, file)).then(
        () => [file],
        () => [],
      ),
    ),
  );
  return found.flat();
}

/** Fenced blocks of a language. */
export async function blocks(file: string, language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, file), 'utf8');
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...text.matchAll(fence)].map(([, block]) => block as string);
}

/** Every command of every `sh` block, lines joined and comments taken off, and `npm run ...` in the text. */
export async function documentedCommands(): Promise<DocumentedCommand[]> {
  const commands: DocumentedCommand[] = [];
  for (const file of await documents()) {
    for (const block of await blocks(file, '(?:sh|bash)')) {
      const lines = block
        .replace(/\\\n\s*/g, '')
        .split('\n')
        .map((line) => line.replace(/(^|\s)#.*$/, '').trim());
      commands.push(...lines.filter((line) => line !== '').map((command) => ({ file, command })));
    }
    const text = await readFile(join(ROOT, file), 'utf8');
    for (const [, command] of text.matchAll(/`(npm (?:run|start|test|install)[^`\n]*)`/g)) {
      commands.push({ file, command: (command as string).trim() });
    }
  }
  return commands;
}
