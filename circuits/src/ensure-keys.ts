// SPDX-License-Identifier: GPL-3.0-only
// Keys of large circuits on demand. What makes them is loaded only where one is missing.
import { CIRCUITS, type CircuitId } from '@training-ledger/protocol/statements';

/**
 * Makes the development key of a circuit whose key does not ship, unless it was made before. Takes from ten seconds to some
 * minutes, most of them for compiling; the keys stay in `~/.cache/training-ledger/circuits`.
 * @throws LedgerError `KEYS_UNKNOWN` for a circuit that no key is pinned for, `KEYS_TOOL_MISSING` where there is no native
 * prover, `KEYS_FOREIGN` if sources or tools are not those of the pinned key.
 */
export async function ensureKeys(
  id: CircuitId,
  log: (message: string) => void = () => {},
): Promise<void> {
  if (CIRCUITS.includes(id)) return;
  const unshipped = await import('./setup/unshipped.ts');
  await unshipped.ensureUnshipped(id, log);
}
