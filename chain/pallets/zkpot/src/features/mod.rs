// SPDX-License-Identifier: Apache-2.0
mod challenge;
mod commitments;
mod entries;
mod keys;
mod rounds;
mod suspensions;
mod transitions;
mod workers;

pub use commitments::commitment_hash;
