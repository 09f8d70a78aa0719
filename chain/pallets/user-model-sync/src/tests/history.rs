// SPDX-License-Identifier: Apache-2.0
use super::{scenario::*, world::*};
use crate::mock::*;
use training_primitives::groth16::number;

#[test]
fn a_users_history_reads_as_one_from_either_side() {
    let mut world = world(&[A, B]);
    let on_a = trained(&mut world, 3);
    let on_b = world.on(B, || {
        let model = fork(USER, number(77));
        train(model, 2);
        // Of others, and other ids of the same account, nothing is in it.
        train(fork(USER, number(78)), 1);
        model
    });
    assert_eq!(world.on(A, || history(number(77))).len(), 3);
    sync_all(&mut world, A, B, on_a);
    sync_all(&mut world, B, A, on_b);
    let histories = [A, B].map(|para| world.on(para, || history(number(77))));
    assert_eq!(histories[0], histories[1]);
    let mut expected: Vec<_> = (0..3).map(|index| (on_a, index, A)).collect();
    expected.extend((0..2).map(|index| (on_b, index, B)));
    expected.sort_unstable();
    let found: Vec<_> = histories[0].iter().map(|entry| (entry.model, entry.index, entry.para)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_history_is_read_in_parts() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 5);
    world.on(A, || {
        let part = |skip, limit| {
            let entries = UserModelSync::user_history(number(77), skip, limit);
            entries.iter().map(|entry| entry.index).collect::<Vec<_>>()
        };
        assert_eq!(part(0, 2), [0, 1]);
        assert_eq!(part(2, 10), [2, 3, 4]);
        assert!(part(5, 10).is_empty());
        assert!(history(number(1)).is_empty());
        let ids: Vec<_> = history(number(77)).iter().map(|entry| entry.op).collect();
        assert_eq!(ids.last(), Some(&model_record(model).head));
    });
}
