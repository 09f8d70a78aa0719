// SPDX-License-Identifier: Apache-2.0
// Options of a command from flags and from a JSON file of the same names; flags win.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { WorkerError } from '../errors.ts';

/** What `--config` is given to read the options from stdin, so that a program can pass on what it learns after starting the command. */
export const STDIN = '-';

/** What an option must be. */
export interface OptionRule {
  readonly isRequired?: boolean;
  /** Least and largest integer. */
  readonly integer?: readonly [number, number];
  readonly oneOf?: readonly string[];
  readonly pattern?: RegExp;
}

/**
 * The options of a command, from its flags, the file given by `--config`, and the defaults, in this order.
 * @throws WorkerError `CONFIG_INVALID` naming the option.
 */
export async function readOptions<Names extends string>(
  command: Command,
  rules: Readonly<Record<Names, OptionRule>>,
): Promise<Record<Names, string | undefined>> {
  const file: Record<string, unknown> = await readConfig(command.getOptionValue('config'));
  for (const name of Object.keys(file)) {
    if (!(name in rules)) throw invalid(name, 'There is no such option in the config file.');
  }
  const entries = Object.entries<OptionRule>(rules).map(([name, rule]) => {
    const isGiven = command.getOptionValueSource(name) === 'cli';
    const value: unknown = isGiven
      ? command.getOptionValue(name)
      : (file[name] ?? command.getOptionValue(name));
    return [name, check(name, value === undefined ? undefined : String(value), rule)];
  });
  return Object.fromEntries(entries);
}

async function readConfig(path: unknown): Promise<Record<string, unknown>> {
  if (path === undefined) return {};
  try {
    return flatten(JSON.parse(await readText(String(path))));
  } catch (cause) {
    throw new WorkerError('CONFIG_INVALID', 'The config file cannot be read.', {
      details: String(path),
      hint: 'It is JSON with the names of the flags.',
      cause,
    });
  }
}

const readText = (path: string): Promise<string> =>
  path === STDIN ? text(process.stdin) : readFile(path, 'utf8');

/** `{metrics: {port: 1}}` is `metrics.port`. */
function flatten(config: object, prefix = ''): Record<string, unknown> {
  const parts = Object.entries(config).map(([key, value]) =>
    typeof value === 'object' && value !== null
      ? flatten(value, `${prefix}${key}.`)
      : { [`${prefix}${key}`]: value },
  );
  return Object.assign({}, ...parts);
}

function check(name: string, value: string | undefined, rule: OptionRule): string | undefined {
  if (value === undefined) {
    if (rule.isRequired) throw invalid(name, 'It is required.');
    return undefined;
  }
  if (rule.integer !== undefined) {
    const [min, max] = rule.integer;
    if (!/^\d{1,15}$/.test(value) || Number(value) < min || Number(value) > max) {
      throw invalid(name, `It is an integer of ${min} to ${max}.`);
    }
  }
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
    throw invalid(name, `It is one of ${rule.oneOf.join(', ')}.`);
  }
  if (rule.pattern !== undefined && !rule.pattern.test(value))
    throw invalid(name, 'It is malformed.');
  return value;
}

const invalid = (name: string, details: string): WorkerError =>
  new WorkerError('CONFIG_INVALID', `Option --${name} is not valid.`, { details });
