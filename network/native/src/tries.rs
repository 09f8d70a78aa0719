// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Builds whole tries from their entries: smoldot's own `trie_root` of this version gives wrong roots.

use crate::tasks::{Fault, failed};
use blake2_rfc::blake2b::blake2b;
use smoldot::trie::{
    HashFunction, Nibble, TrieEntryVersion, bytes_to_nibbles,
    trie_node::{Decoded, StorageValue, calculate_merkle_value, encode_to_vec},
};
use std::collections::{BTreeMap, BTreeSet};

/// Values by key.
pub type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Longest value that a node of version 1 holds itself; of longer ones it holds the hash.
const MAX_INLINE: usize = 32;
/// Nodes above one another. Keys of runtimes are hashes, below few prefixes.
const MAX_DEPTH: usize = 1024;

/// A trie's root and its nodes; nodes shorter than a hash are inside their parents.
#[derive(Debug, PartialEq)]
pub struct Trie {
    pub root: Vec<u8>,
    pub nodes: BTreeSet<Vec<u8>>,
}

impl Trie {
    pub fn of(entries: &Entries, version: TrieEntryVersion) -> Result<Self, Fault> {
        let list: Vec<_> = entries
            .iter()
            .map(|(key, value)| Entry { key: bytes_to_nibbles(key.iter().copied()).collect(), value })
            .collect();
        let mut builder = Builder { version, nodes: BTreeSet::new() };
        let root = builder.node(&list, 0, 0)?;
        Ok(Self { root, nodes: builder.nodes })
    }
}

struct Entry<'a> {
    key: Vec<Nibble>,
    value: &'a [u8],
}

struct Builder {
    version: TrieEntryVersion,
    nodes: BTreeSet<Vec<u8>>,
}

impl Builder {
    /// Merkle value of the node over entries whose keys agree in the `start` nibbles that the nodes above it hold.
    fn node(&mut self, entries: &[Entry], start: usize, depth: usize) -> Result<Vec<u8>, Fault> {
        if depth > MAX_DEPTH {
            return Err(failed(format!("keys that are prefixes of one another more than {MAX_DEPTH} times")));
        }
        let empty = Vec::new();
        let first = entries.first().map_or(&empty, |entry| &entry.key);
        let last = entries.last().map_or(&empty, |entry| &entry.key);
        // Sorted, what the first and the last key share all keys share.
        let end = start + first[start..].iter().zip(&last[start..]).take_while(|(a, b)| a == b).count();
        let (own, mut below) = match entries.split_first() {
            Some((own, below)) if own.key.len() == end => (Some(own.value), below),
            _ => (None, entries),
        };
        let mut children: [Option<Vec<u8>>; 16] = Default::default();
        while let Some(next) = below.first() {
            let nibble = next.key[end];
            let (child, rest) = below.split_at(below.partition_point(|entry| entry.key[end] == nibble));
            children[usize::from(nibble)] = Some(self.node(child, end + 1, depth + 1)?);
            below = rest;
        }
        let hash = own.filter(|value| self.holds_hash(value)).map(hash_of);
        let storage_value = match (&hash, own) {
            (Some(hash), _) => StorageValue::Hashed(hash),
            (None, Some(value)) => StorageValue::Unhashed(value),
            (None, None) => StorageValue::None,
        };
        let node = Decoded { partial_key: first[start..end].iter().copied(), children, storage_value };
        let is_root = depth == 0;
        let merkle = calculate_merkle_value(node.clone(), HashFunction::Blake2, is_root).map_err(failed)?;
        let merkle = merkle.as_ref().to_vec();
        if is_root || merkle.len() == 32 {
            self.nodes.insert(encode_to_vec(node).map_err(failed)?);
        }
        Ok(merkle)
    }

    fn holds_hash(&self, value: &[u8]) -> bool {
        matches!(self.version, TrieEntryVersion::V1) && value.len() > MAX_INLINE
    }
}

fn hash_of(value: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(blake2b(32, &[], value).as_bytes());
    hash
}
