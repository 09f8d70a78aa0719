// SPDX-License-Identifier: Apache-2.0
// JSON whose numbers keep all their digits. Balances in a genesis are u128: as JavaScript numbers they would be rounded.

/** Parses JSON; numbers above 2^53 stay text that `JSON.stringify` writes as it was. @throws SyntaxError if it is not JSON. */
export function parseJson(json: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: { source: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && context !== undefined
      ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(context.source)
      : value;
  return JSON.parse(json, keepDigits as Parameters<typeof JSON.parse>[1]);
}

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('rawJSON' in value);

/** `patch` laid over `base`: objects are merged, everything else is replaced. */
export function mergeJson(base: unknown, patch: unknown): unknown {
  if (!isObject(base) || !isObject(patch)) return patch;
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(patch)) merged[key] = mergeJson(base[key], value);
  return merged;
}
