// SPDX-License-Identifier: Apache-2.0
// A node's key in a file of its own, which only its owner may read. It signs while nobody looks on, so it has no passphrase.
import { randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { type NodeKeyPair, nodeKeyPair } from '@training-ledger/protocol/statements';
import { InferenceNodeError } from '../errors.ts';

/**
 * Makes a key and writes it to a new file.
 * @throws InferenceNodeError `KEY_FILE_EXISTS`: keys are never overwritten.
 */
export async function writeKeyFile(path: string): Promise<NodeKeyPair> {
  const secret = randomBytes(32);
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new InferenceNodeError('KEY_FILE_EXISTS', 'There is a file of this name.', {
      details: path,
    });
  });
  try {
    await file.writeFile(`${secret.toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return nodeKeyPair(secret);
}

/**
 * Reads a key.
 * @throws InferenceNodeError `KEY_FILE_EXPOSED` if others may read the file, or `KEY_FILE_MALFORMED`.
 */
export async function readKeyFile(path: string): Promise<NodeKeyPair> {
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new InferenceNodeError('KEY_FILE_EXPOSED', 'Others may read the key.', {
      details: path,
      hint: `Run: chmod 600 ${path}`,
    });
  }
  const text = (await readFile(path, 'utf8')).trimEnd();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new InferenceNodeError('KEY_FILE_MALFORMED', "The file is not a node's key.", {
      details: path,
    });
  }
  return nodeKeyPair(Buffer.from(text, 'hex'));
}
