// SPDX-License-Identifier: Apache-2.0
//! Layout 0 is written here as the first release left it.
use crate::{
    migrations::v1::{CurrentAttempt, MoveOpenings},
    mock::*,
    weights::{SubstrateWeight, MOST_ATTEMPTS},
    *,
};
use codec::Encode;
use polkadot_sdk::{
    frame_support::{
        migrations::{SteppedMigration, SteppedMigrationError},
        traits::{GetStorageVersion, StorageVersion},
        weights::{Weight, WeightMeter},
        Blake2_128Concat, StorageHasher,
    },
    sp_core::H256,
    sp_io::{hashing::twox_128, storage},
};
use std::collections::BTreeMap;
use training_primitives::{BaseModelId, RoundIndex};

type Weights = SubstrateWeight<Test>;
type Migration = MoveOpenings<Test>;
type Cursor = Option<(BaseModelId, RoundIndex)>;

/// What the migration should make of each round.
type Expected = BTreeMap<(BaseModelId, RoundIndex), Opening>;

fn base(number: u8) -> BaseModelId {
    H256::repeat_byte(number)
}

/// An attempt of members 1 and 2 with the shares of so many.
fn attempt(shares: usize) -> Attempt<u64, u64> {
    let members: PerMember<u64> = vec![1, 2].try_into().expect("two");
    let shares = members[..shares].iter().map(|member| (*member, H256::zero())).collect::<Vec<_>>();
    Attempt { members, opened_at: 5, seed: H256::zero(), shares: shares.try_into().expect("few") }
}

/// Writes a round as the first release did: attempts with so many shares each.
fn write_round(base: BaseModelId, round: RoundIndex, shares: &[usize]) {
    let prefix = [twox_128(b"Committee"), twox_128(b"CurrentAttempt")].concat();
    let key = [prefix, Blake2_128Concat::hash(&base.encode()), Blake2_128Concat::hash(&round.encode())].concat();
    storage::set(&key, &[shares.len() as u8 - 1]);
    for (number, shares) in shares.iter().enumerate() {
        Decryptions::<Test>::insert((base, round, number as u8), attempt(*shares));
    }
}

/// A chain of the first release with rounds of all kinds.
fn first_release(rounds: u32) -> Expected {
    StorageVersion::new(0).put::<Pallet<Test>>();
    let kinds: [(&[usize], _); 5] = [
        (&[0], Opening { current: 0, complete: None }),
        (&[2], Opening { current: 0, complete: Some(0) }),
        (&[1, 2, 1], Opening { current: 2, complete: Some(1) }),
        (&[2, 2], Opening { current: 1, complete: Some(1) }),
        (&[1; MOST_ATTEMPTS as usize], Opening { current: 34, complete: None }),
    ];
    let mut expected = Expected::new();
    for number in 0..rounds {
        let (shares, opening) = kinds[number as usize % kinds.len()];
        let round = (base((number % 3) as u8), number / 3);
        write_round(round.0, round.1, shares);
        expected.insert(round, opening);
    }
    expected
}

fn openings() -> Expected {
    Openings::<Test>::iter().map(|(base, round, opening)| ((base, round), opening)).collect()
}

/// What the migration may take of a block: the most of one round and this many of the cheapest.
fn room_for(rounds: u64) -> Weight {
    Weights::move_opening(MOST_ATTEMPTS as u32).saturating_add(Weights::move_opening(1).saturating_mul(rounds))
}

/// One block. Checks that the weight is kept.
fn step(cursor: Cursor, limit: Weight) -> Cursor {
    let mut meter = WeightMeter::with_limit(limit);
    let next = Migration::transactional_step(cursor, &mut meter).expect("a step");
    assert!(meter.consumed().all_lte(limit));
    next
}

/// Steps to the end; returns how many.
fn migrate(mut cursor: Cursor, limit: Weight) -> u32 {
    for steps in 1.. {
        cursor = step(cursor, limit);
        if cursor.is_none() {
            return steps;
        }
    }
    unreachable!()
}

/// Everything that the pallet has in its storage, but for what the migration is to change.
fn untouched() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let pallet = twox_128(b"Committee").to_vec();
    let changed = ["CurrentAttempt", "Openings", ":__STORAGE_VERSION__:"].map(|item| twox_128(item.as_bytes()));
    let mut entries = BTreeMap::new();
    let mut key = pallet.clone();
    while let Some(next) = storage::next_key(&key).filter(|next| next.starts_with(&pallet)) {
        if !changed.contains(&next[16..32].try_into().expect("a prefix")) {
            entries.insert(next.clone(), storage::get(&next).expect("a value").to_vec());
        }
        key = next;
    }
    entries
}

#[test]
fn every_round_gets_its_newest_complete_attempt() {
    run(|| {
        let expected = first_release(40);
        let (before, whole_block) = (untouched(), Weight::MAX);
        assert!(!before.is_empty());
        assert_eq!(migrate(None, whole_block), 1);
        assert_eq!(openings(), expected);
        assert_eq!(CurrentAttempt::<Test>::iter().count(), 0);
        assert_eq!(untouched(), before);
        assert_eq!(Pallet::<Test>::on_chain_storage_version(), 1);
        assert_eq!(events(), [Event::LayoutMigrated { version: 1, entries: 40 }]);
    });
}

#[test]
fn a_block_moves_as_many_rounds_as_its_weight_allows() {
    run(|| {
        let expected = first_release(40);
        let limit = room_for(3);
        let steps = migrate(None, limit);
        assert_eq!(openings(), expected);
        // Every step but the last moves at least one round; together they take no more blocks than their weight fills.
        assert!((3..=40).contains(&steps), "{steps} steps");
        let moved = events().into_iter().map(|event| match event {
            Event::LayoutMigrated { version: 1, entries } if entries > 0 => entries,
            other => panic!("{other:?}"),
        });
        assert_eq!(moved.sum::<u32>(), 40);
    });
}

#[test]
fn an_interrupted_migration_goes_on_where_it_stopped_or_begins_again() {
    for forget in [false, true] {
        run(|| {
            let expected = first_release(40);
            let mut cursor = None;
            for _ in 0..4 {
                cursor = step(cursor, room_for(2));
                assert!(cursor.is_some());
                assert_eq!(openings().len() + CurrentAttempt::<Test>::iter().count(), 40);
                assert_eq!(Pallet::<Test>::on_chain_storage_version(), 0);
            }
            migrate(if forget { None } else { cursor }, room_for(2));
            assert_eq!(openings(), expected);
        });
    }
}

#[test]
fn a_second_run_does_nothing() {
    run(|| {
        let expected = first_release(10);
        migrate(None, Weight::MAX);
        // What the new release wrote since then is left alone.
        let newer = Opening { current: 3, complete: Some(3) };
        Openings::<Test>::insert(base(0), 0, newer);
        events();
        assert_eq!(migrate(None, Weight::zero()), 1);
        assert_eq!(events(), []);
        let changed = expected.into_iter().map(|(round, old)| (round, if round == (base(0), 0) { newer } else { old }));
        assert_eq!(openings(), changed.collect());
    });
}

#[test]
fn a_chain_without_rounds_gets_its_new_version() {
    run(|| {
        StorageVersion::new(0).put::<Pallet<Test>>();
        assert_eq!(migrate(None, room_for(0)), 1);
        assert_eq!(Pallet::<Test>::on_chain_storage_version(), 1);
        assert_eq!(events(), []);
    });
}

#[test]
fn a_new_chain_has_nothing_to_migrate() {
    run(|| {
        assert_eq!(Pallet::<Test>::on_chain_storage_version(), Pallet::<Test>::in_code_storage_version());
        assert_eq!(migrate(None, Weight::zero()), 1);
        assert_eq!(events(), []);
    });
}

#[test]
fn a_block_without_room_for_the_largest_round_is_refused() {
    run(|| {
        first_release(1);
        let required = Weights::move_opening(MOST_ATTEMPTS as u32);
        let mut meter = WeightMeter::with_limit(required.saturating_sub(Weight::from_parts(1, 0)));
        let refused = Migration::transactional_step(None, &mut meter);
        assert_eq!(refused, Err(SteppedMigrationError::InsufficientWeight { required }));
        assert_eq!(openings(), Expected::new());
    });
}
