// SPDX-License-Identifier: Apache-2.0
//! Proving keys that were read before.

use crate::{
    serve::{Failure, Request},
    zkey::ProvingKey,
};
use sha2::{Digest, Sha256};
use std::fs;

/// Keys that are kept; the least recently used one makes room.
const KEPT: usize = 8;

/// Keys by the hash of their files, most recently used last.
#[derive(Default)]
pub struct Keys(Vec<(String, ProvingKey)>);

impl Keys {
    /// The key of a request. A file is read once; it must have the hash that the request pins, because its points are not
    /// checked: a wrong key would give worthless proofs, and could be made to give the witness away.
    pub fn open(&mut self, Request { zkey, sha256, .. }: &Request) -> Result<&ProvingKey, Failure> {
        let entry = match self.0.iter().position(|(hash, _)| hash == sha256) {
            Some(place) => self.0.remove(place),
            None => {
                let bytes = fs::read(zkey).map_err(|_| Failure::Keys)?;
                let actual: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                if actual != *sha256 {
                    return Err(Failure::Keys);
                }
                if self.0.len() >= KEPT {
                    self.0.remove(0);
                }
                (actual, ProvingKey::parse(&bytes).ok_or(Failure::Keys)?)
            }
        };
        self.0.push(entry);
        Ok(&self.0.last().expect("one was pushed").1)
    }
}
