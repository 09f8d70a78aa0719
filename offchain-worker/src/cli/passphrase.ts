// SPDX-License-Identifier: Apache-2.0
// A keystore's passphrase: from a file, the environment or a prompt. Never from a flag, which others on the machine can
// read.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { WorkerError } from '../errors.ts';

/** Environment variable that holds a keystore's passphrase. */
export const PASSPHRASE_VARIABLE = 'TRAINING_LEDGER_PASSPHRASE';

/**
 * The passphrase; asked for at a terminal if neither a file nor the environment has it.
 * @throws WorkerError `KEYSTORE_PASSPHRASE` if there is none.
 */
export async function readPassphrase(file: string | undefined): Promise<string> {
  const given =
    file === undefined
      ? process.env[PASSPHRASE_VARIABLE]
      : (await readFile(file, 'utf8')).trimEnd();
  const passphrase = given ?? (process.stdin.isTTY ? await ask() : '');
  if (passphrase === '') {
    throw new WorkerError('KEYSTORE_PASSPHRASE', 'The keystore needs a passphrase.', {
      hint: `Set ${PASSPHRASE_VARIABLE} or give --passphraseFile.`,
    });
  }
  return passphrase;
}

/** Asks without showing what is typed. */
async function ask(): Promise<string> {
  process.stderr.write('Passphrase: ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
