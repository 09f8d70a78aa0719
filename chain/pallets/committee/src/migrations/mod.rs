// SPDX-License-Identifier: Apache-2.0
//! From the storage layouts of earlier releases to this one.
//!
//! A map has as many entries as there were rounds: it is migrated over as many blocks as it takes, not in the one of the upgrade.

pub mod v1;
