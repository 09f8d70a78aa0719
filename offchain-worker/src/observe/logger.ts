// SPDX-License-Identifier: Apache-2.0
// The worker's log: a line of JSON an event, on stderr. Secrets have no business in it; should one get into an event's
// fields, it is removed.
import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** Levels of the log. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRETS = [
  'seed',
  'secret',
  'secretKey',
  'passphrase',
  'salt',
  'nonce',
  'weights',
  'mnemonic',
];

/** Makes a log. */
export function createLogger(level: LogLevel, to: DestinationStream = destination(2)): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: '[removed]' } }, to);
}
