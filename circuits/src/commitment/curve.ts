// SPDX-License-Identifier: GPL-3.0-only
// The curve with the threads that ffjavascript keeps for it, as long as a committer needs them.
import { isMainThread } from 'node:worker_threads';
import { buildBn128, type Curve } from 'ffjavascript';

const shared = globalThis as { curve_bn128?: Curve | null };
let users = 0;
let isOurs = false;

/** The curve, until {@link releaseCurve} is called as often. */
export async function acquireCurve(): Promise<Curve> {
  // There is one for all in a process: whoever built it, such as snarkjs, may be at work with it.
  if (users++ === 0) isOurs = !shared.curve_bn128;
  // Its threads cannot be started from a worker thread: there it computes where it is called.
  return buildBn128(!isMainThread);
}

/** Ends the curve's threads once nobody needs them, if they were started here. */
export async function releaseCurve(curve: Curve): Promise<void> {
  if (--users === 0 && isOurs) await curve.terminate();
}
