// SPDX-License-Identifier: Apache-2.0
mod decryptions;
mod exclusions;
mod forming;
mod suspensions;
