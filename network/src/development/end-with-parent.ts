// SPDX-License-Identifier: Apache-2.0
// Loaded into a worker's process before its own code: when the process that started it is gone, however it ended, the worker ends too. It
// may be killed at any moment, so it is not asked to finish anything.
process.once('disconnect', () => process.exit(0));
// A listener would keep the process running.
process.channel?.unref();
