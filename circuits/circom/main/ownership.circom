// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../ownership.circom";

component main {public [binding, userId, nullifier]} = Ownership();
