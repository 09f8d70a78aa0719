// SPDX-License-Identifier: Apache-2.0
// Where blocks may be taken back, a call has happened when its block is final. On the embedded network that is at once.

/** How tests submit what the next step builds on. Milliseconds. */
export const SETTLED = { finalized: true, timeout: 300_000 };
