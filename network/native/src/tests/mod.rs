// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Tests of the modules, and what they share.

mod calls;
mod frames;
mod runtimes;
mod tries;

use crate::{
    protocol::Question,
    tasks::{Ask, Fault},
};
use std::{cell::RefCell, collections::BTreeMap};

/// A runtime whose entry points call host functions.
pub fn host_functions() -> Vec<u8> {
    wat::parse_str(include_str!("../../../src/testing/host-functions.wat")).unwrap()
}

/// The tests in TypeScript have no compiler for it. UPDATE=1 writes it.
#[test]
fn the_compiled_runtime_is_that_of_its_text() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/testing/host-functions.wasm");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, host_functions()).unwrap();
    }
    assert!(std::fs::read(file).unwrap() == host_functions());
}

/// The other end, with a storage of its own.
#[derive(Default)]
pub struct Other {
    pub storage: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What it was asked.
    pub asked: RefCell<Vec<(u8, Vec<Vec<u8>>)>>,
    /// Answers to questions that are not of its storage, by their byte.
    pub answers: BTreeMap<u8, Vec<u8>>,
    pub aborts: bool,
}

impl Ask for Other {
    fn ask(&self, question: Question, fields: &[&[u8]]) -> Result<Option<Vec<u8>>, Fault> {
        let kind = question as u8;
        self.asked.borrow_mut().push((kind, fields.iter().map(|field| field.to_vec()).collect()));
        if self.aborts {
            return Err(Fault::Aborted);
        }
        if let Some(answer) = self.answers.get(&kind) {
            return Ok(Some(answer.clone()));
        }
        Ok(match question {
            Question::StorageGet => self.storage.get(fields[0]).cloned(),
            Question::NextKey => {
                let mut after = self.storage.range(fields[1].to_vec()..).map(|(key, _)| key);
                after.find(|key| *key != fields[1] && key.starts_with(fields[0])).cloned()
            }
            _ => None,
        })
    }
}
