// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
use crate::{
    proofs,
    serve::STACK,
    tasks::Fault,
    tries::{Entries, Trie},
};
use smoldot::trie::TrieEntryVersion;
use std::{collections::BTreeSet, thread};

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|item| !item.is_empty())
}

fn list(text: &str) -> Vec<Vec<u8>> {
    split(text).map(bytes).collect()
}

fn slices<'a>(list: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<&'a [u8]> {
    list.into_iter().map(Vec::as_slice).collect()
}

/// Keys with values; none for a key that is to go.
fn pairs(text: &str) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let pair = |item: &str| {
        let (key, value) = item.split_once('=').unwrap();
        (bytes(key), (value != "none").then(|| bytes(value)))
    };
    split(text).map(pair).collect()
}

fn entries(text: &str) -> Entries {
    pairs(text).into_iter().map(|(key, value)| (key, value.unwrap())).collect()
}

fn vectors(kind: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = include_str!("tries.txt").lines().map(|line| line.split('|').collect::<Vec<_>>());
    lines.filter(move |parts| parts[0] == kind)
}

#[test]
fn roots_are_those_of_another_implementation() {
    let mut count = 0;
    for parts in vectors("root") {
        let [_, name, version, root, all] = parts[..] else { panic!("{parts:?}") };
        let version = TrieEntryVersion::try_from(version.parse::<u8>().unwrap()).unwrap();
        let trie = Trie::of(&entries(all), version).unwrap();
        assert_eq!(hex::encode(trie.root), root, "{name}");
        count += 1;
    }
    assert_eq!(count, 16);
}

#[test]
fn proofs_are_those_of_another_implementation() {
    let mut count = 0;
    for parts in vectors("proof") {
        let [_, name, nodes, updates, root, made, proven] = parts[..] else { panic!("{parts:?}") };
        let (nodes, updates) = (list(nodes), pairs(updates));
        let updates = updates.iter().map(|(key, value)| (key.as_slice(), value.as_deref())).collect();
        let trie = proofs::create(&slices(&nodes), updates).unwrap();
        assert_eq!(hex::encode(&trie.root), root, "{name}");
        assert!(trie.nodes == BTreeSet::from_iter(list(made)), "{name}");
        assert_eq!(proofs::decode(&trie.root, &slices(&trie.nodes)).unwrap(), entries(proven), "{name}");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn a_proof_proves_nothing_for_another_root() {
    let trie = Trie::of(&entries("aa=01"), TrieEntryVersion::V0).unwrap();
    assert_eq!(proofs::decode(&[7; 32], &slices(&trie.nodes)).unwrap(), Entries::new());
}

#[test]
fn nodes_that_make_no_trie_are_refused() {
    let trie = Trie::of(&entries("aa=01,bb=02"), TrieEntryVersion::V0).unwrap();
    let nodes = Vec::from_iter(trie.nodes.iter().map(|node| [node.as_slice(), &[0]].concat()));
    assert!(matches!(proofs::decode(&trie.root, &slices(&nodes)), Err(Fault::Failed(_))));
}

#[test]
fn keys_below_one_another_without_end_are_refused() {
    let below = |depth: usize| (0..=depth).map(|length| (vec![1; length], vec![2])).collect::<Entries>();
    let root = move |depth| Trie::of(&below(depth), TrieEntryVersion::V1);
    let run = move || {
        assert!(root(1_000).is_ok());
        assert!(matches!(root(3_000), Err(Fault::Failed(_))));
    };
    // With the stack that tasks have.
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}
