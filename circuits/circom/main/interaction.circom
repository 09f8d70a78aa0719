// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../interaction.circom";

component main {public [binding, commitment, nodeKey, notBefore, notAfter]} = Interaction();
