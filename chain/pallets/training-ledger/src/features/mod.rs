// SPDX-License-Identifier: Apache-2.0
mod batch;
mod committee;
mod contributions;
mod generations;
mod inclusion;
mod nodes;
mod ops;
mod proofs;
mod seal;
mod sums;
mod unsealable;

#[cfg(feature = "runtime-benchmarks")]
pub(crate) use ops::OpStatements;
