// SPDX-License-Identifier: Apache-2.0
// `keys`: make and show a worker's keys.
import type { Command } from 'commander';
import { generateSeeds, writeKeystore } from '../keys/keystore.ts';
import { print } from './output.ts';
import { PASSPHRASE_VARIABLE, readPassphrase } from './passphrase.ts';

interface KeysOptions {
  readonly keystore: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make and show the keys of a worker');
  const command = (name: string, description: string): Command =>
    keys
      .command(name)
      .description(description)
      .requiredOption('--keystore <file>', 'file that holds the keys')
      .option('--passphraseFile <file>', `file with the passphrase (else ${PASSPHRASE_VARIABLE})`)
      .option('--json', 'print JSON');
  const show = async ({ keystore, passphraseFile, json }: KeysOptions): Promise<void> => {
    const { openKeys, publicParts } = await import('./worker-keys.ts');
    print(publicParts(await openKeys(keystore, passphraseFile)), json);
  };
  command('generate', 'make new keys in a new keystore').action(async (options: KeysOptions) => {
    await writeKeystore(
      options.keystore,
      generateSeeds(),
      await readPassphrase(options.passphraseFile),
    );
    await show(options);
  });
  command('show', 'show the public parts of the keys').action(show);
}
