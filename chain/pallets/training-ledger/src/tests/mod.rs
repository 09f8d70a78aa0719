// SPDX-License-Identifier: Apache-2.0
mod batch;
mod contributions;
mod generations;
mod inclusion;
mod nodes;
mod op_proofs;
mod ops;
mod receipts;
mod rounds;
mod scenario;
mod seal;
mod weights;
