// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../zkpot-mlp.circom";

component main {public [binding, state, correct, r, z, v]} = ZkpotMlp(64, 32, 10, 64);
