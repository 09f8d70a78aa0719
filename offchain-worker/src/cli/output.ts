// SPDX-License-Identifier: Apache-2.0
// Output for people and for programs.

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Prints a result: aligned lines, or one line of JSON. */
export function print(result: Readonly<Record<string, unknown>>, json = false): void {
  if (json) {
    console.log(JSON.stringify(result, (_key, value) => plain(value)));
    return;
  }
  const width = Math.max(...Object.keys(result).map((key) => key.length));
  for (const [key, value] of Object.entries(result)) {
    console.log(
      `${key.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value, (_k, v) => plain(v)) : value}`,
    );
  }
}
