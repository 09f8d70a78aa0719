// SPDX-License-Identifier: Apache-2.0
//! Configuration of the pallets.

mod consensus;
mod ledger;
mod migrations;
mod parachain;
mod system;

pub use consensus::*;
pub use ledger::*;
pub use migrations::*;
pub use parachain::*;
pub use system::*;
