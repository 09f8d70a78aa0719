// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "../contribution.circom";

component main {public [binding, dataCommitment, contributorId, contributionType]} = Contribution();
