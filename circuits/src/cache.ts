// SPDX-License-Identifier: GPL-3.0-only
// Where files are kept that can be made again: powers of tau, compiled circuits, keys that do not ship.
import { homedir } from 'node:os';
import { join } from 'node:path';

export const CACHE = join(homedir(), '.cache', 'training-ledger', 'circuits');
