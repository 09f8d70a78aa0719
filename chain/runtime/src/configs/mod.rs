// SPDX-License-Identifier: Apache-2.0
//! Configuration of the pallets.

mod consensus;
mod ledger;
mod parachain;
mod system;

pub use consensus::*;
pub use ledger::*;
pub use parachain::*;
pub use system::*;
