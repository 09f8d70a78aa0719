// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.0;

include "poseidon.circom";

// Statement: I know the secret behind this user id, and this is its nullifier for what the binding names.
//
// Public inputs: binding, userId, nullifier.
//
// Assumes that Poseidon is one-way and collision-resistant; that the chain computes the binding and keeps nullifiers.
template Ownership() {
    signal input binding;
    signal input userId;
    signal input nullifier;

    signal input secret;

    component user = Poseidon(2);
    user.inputs[0] <== 10;
    user.inputs[1] <== secret;
    user.out === userId;

    component once = Poseidon(3);
    once.inputs[0] <== 11;
    once.inputs[1] <== secret;
    once.inputs[2] <== binding;
    once.out === nullifier;
}
