// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../improvement.circom";

component main {public [binding, oldState, update, newState, batch, delta]} = Improvement(64, 10, 8);
