#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The worker's command line. An old Node could not even load the commands: it is told so before.
import { startOnNode } from '@training-ledger/runtime-types/node-version';

await startOnNode(() => import('./cli/program.ts'));
