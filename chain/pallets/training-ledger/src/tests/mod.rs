// SPDX-License-Identifier: Apache-2.0
mod batch;
mod committee;
mod contributions;
mod exclusions;
mod generations;
mod inclusion;
mod nodes;
mod op_proofs;
mod ops;
mod receipts;
mod rounds;
mod scenario;
mod seal;
mod sums;
mod unsealable;
mod weights;
