#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// `training-ledger-network`: an embedded network until it is interrupted, with a development federation if asked for. An old Node could not
// even load the command: it is told so before.
import { startOnNode } from '@training-ledger/runtime-types/node-version';

await startOnNode(() => import('./cli/program.ts'));
