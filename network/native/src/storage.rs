// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! The storage that a task sees: what its calls changed, over what the other end has.

use crate::{
    frames::{Fields, Frame, Malformed},
    protocol::Question,
    tasks::{Ask, Fault},
};
use std::collections::{BTreeMap, HashMap};

/// Values by key; none where the key was removed.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Keys of a child trie follow its name behind this.
const CHILD_PREFIX: &[u8] = b":child_storage:default:";

/// The key under which the other end knows a key of the main trie or of a child trie.
pub fn full_key(child: Option<impl AsRef<[u8]>>, key: &[u8]) -> Vec<u8> {
    match child {
        Some(child) => [CHILD_PREFIX, child.as_ref(), key].concat(),
        None => key.to_vec(),
    }
}

/// Values as they are before the task: a key's is asked for once at most.
pub struct Storage {
    known: HashMap<Vec<u8>, Known>,
    /// How many values were sent ahead.
    sent: usize,
}

struct Known {
    value: Option<Vec<u8>>,
    /// Place among the values that were sent ahead.
    sent_as: Option<usize>,
    used: bool,
}

impl Storage {
    /// Takes what the other end sends ahead: it expects these keys to be read.
    pub fn read(request: &mut Fields) -> Result<Self, Malformed> {
        let sent = request.list(|fields| Ok((fields.bytes()?, fields.option()?)))?;
        let known = sent.iter().enumerate().map(|(place, (key, value))| {
            let value = value.map(<[u8]>::to_vec);
            (key.to_vec(), Known { value, sent_as: Some(place), used: false })
        });
        Ok(Self { known: known.collect(), sent: sent.len() })
    }

    /// A key's value.
    pub fn get(&mut self, key: Vec<u8>, client: &impl Ask) -> Result<Option<Vec<u8>>, Fault> {
        if let Some(known) = self.known.get_mut(&key) {
            known.used = true;
            return Ok(known.value.clone());
        }
        let value = client.ask(Question::StorageGet, &[&key])?;
        self.known.insert(key, Known { value: value.clone(), sent_as: None, used: true });
        Ok(value)
    }

    /// Writes, for each value that was sent ahead, whether it was read.
    pub fn write_used(&self, answer: &mut Frame) {
        let mut used = vec![0; self.sent];
        for known in self.known.values().filter(|known| known.used) {
            if let Some(place) = known.sent_as {
                used[place] = 1;
            }
        }
        answer.bytes(&used);
    }
}

/// Writes changes by key.
pub fn write_changes(answer: &mut Frame, changes: &Changes) {
    answer.list(changes.iter(), |answer, (key, value)| {
        answer.bytes(key);
        answer.option(value.as_deref());
    });
}
