// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../zkpot-margins.circom";

component main {public [binding, state, correct, r, z, v]} = ZkpotMargins(64, 10, 256);
