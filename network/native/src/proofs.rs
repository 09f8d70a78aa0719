// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Storage proofs: what their nodes say, and proofs of other values in the same trie.

use crate::{
    tasks::{Fault, failed},
    tries::{Entries, Trie},
};
use smoldot::trie::{
    TrieEntryVersion, nibbles_to_bytes_suffix_extend,
    proof_decode::{Config, StorageValue, decode_and_verify_proof},
};

/// The entries of the trie with this root that the nodes prove, values and not hashes.
pub fn decode(root: &[u8], nodes: &[&[u8]]) -> Result<Entries, Fault> {
    entries(nodes, |trie, _| trie == root)
}

/// A proof, for a root of its own, of what the nodes prove as it is after the updates; none deletes. Values that the nodes hold
/// only the hashes of are left out.
pub fn create(nodes: &[&[u8]], updates: Vec<(&[u8], Option<&[u8]>)>) -> Result<Trie, Fault> {
    let mut entries = entries(nodes, |_, is_inline| is_inline)?;
    for (key, value) in updates {
        match value {
            Some(value) => drop(entries.insert(key.to_vec(), value.to_vec())),
            None => drop(entries.remove(key)),
        }
    }
    Trie::of(&entries, TrieEntryVersion::V0)
}

/// What the nodes hold, of which `counts` says, by the trie's root and whether the value is in its node, whether it counts.
fn entries(nodes: &[&[u8]], counts: impl Fn(&[u8], bool) -> bool) -> Result<Entries, Fault> {
    let decoded = decode_and_verify_proof(Config { proof: scale_list(nodes) }).map_err(failed)?;
    let mut found = Entries::new();
    for (key, entry) in decoded.iter_ordered() {
        if let StorageValue::Known { value, inline } = entry.trie_node_info.storage_value
            && counts(key.trie_root_hash, inline)
        {
            let key = nibbles_to_bytes_suffix_extend(key.key).collect();
            found.entry(key).or_insert_with(|| value.to_vec());
        }
    }
    Ok(found)
}

/// A SCALE list of byte strings.
fn scale_list(items: &[&[u8]]) -> Vec<u8> {
    let mut list = Vec::new();
    scale_compact(items.len(), &mut list);
    for item in items {
        scale_compact(item.len(), &mut list);
        list.extend_from_slice(item);
    }
    list
}

/// A SCALE compact number below 2^30, which everything in a frame is.
fn scale_compact(value: usize, out: &mut Vec<u8>) {
    match value {
        0..0x40 => out.push((value << 2) as u8),
        0x40..0x4000 => out.extend(((value << 2 | 1) as u16).to_le_bytes()),
        _ => out.extend(((value << 2 | 2) as u32).to_le_bytes()),
    }
}
