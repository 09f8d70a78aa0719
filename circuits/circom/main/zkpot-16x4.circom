// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../zkpot.circom";

component main {public [binding, state, correct, r, z, v]} = Zkpot(16, 4, 16);
