// SPDX-License-Identifier: Apache-2.0
// Imported first by every entry point: an old Node gets one sentence instead of whatever breaks first.
import { nodeProblem } from './node-version.ts';

const problem = nodeProblem();
if (problem !== undefined) throw new Error(problem);
