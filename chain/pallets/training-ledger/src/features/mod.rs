// SPDX-License-Identifier: Apache-2.0
mod contributions;
mod generations;
mod inclusion;
mod nodes;
mod ops;
mod proofs;
mod seal;
