// SPDX-License-Identifier: Apache-2.0
//! Which ops a round takes.

use crate::Rules;

/// The ops `first .. last` of a federation, of which `included` are not excluded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    pub first: u64,
    pub last: u64,
    pub included: u64,
}

impl Window {
    /// The ops from `first` on that one round takes: at most `max_ops` that are not excluded, and [`Rules::MAX_OPS`] in all.
    /// `end` is the number that the next op gets; `excluded` is in ascending order.
    ///
    /// Excluded ops do not count, so that nobody can keep others' ops out of rounds by recording ops that are excluded.
    pub fn new(first: u64, end: u64, excluded: &[u64], max_ops: u32) -> Self {
        let most = end.min(first.saturating_add(Rules::MAX_OPS.into())).max(first);
        let after_first = excluded.iter().filter(|sequence| **sequence >= first);
        let last = after_first.fold(first.saturating_add(max_ops.into()), |last, sequence| {
            last.saturating_add((*sequence < last).into())
        });
        let last = last.min(most);
        let left_out = excluded.iter().filter(|sequence| (first..last).contains(*sequence)).count() as u64;
        Self { first, last, included: (last - first).saturating_sub(left_out) }
    }

    /// How many ops it has, with excluded ones.
    pub fn count(&self) -> u32 {
        self.last.saturating_sub(self.first) as u32
    }

    /// Whether ops that are recorded later cannot get into it.
    pub fn is_full(&self, max_ops: u32) -> bool {
        self.included >= u64::from(max_ops) || self.count() >= Rules::MAX_OPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(first: u64, end: u64, excluded: &[u64], max_ops: u32) -> (u64, u64, bool) {
        let window = Window::new(first, end, excluded, max_ops);
        assert_eq!(window.first, first);
        (window.last, window.included, window.is_full(max_ops))
    }

    #[test]
    fn a_round_takes_what_is_there_and_no_more_than_it_may() {
        assert_eq!(window(5, 5, &[], 3), (5, 0, false));
        assert_eq!(window(5, 7, &[], 3), (7, 2, false));
        assert_eq!(window(5, 8, &[], 3), (8, 3, true));
        assert_eq!(window(5, 100, &[], 3), (8, 3, true));
    }

    #[test]
    fn excluded_ops_do_not_count() {
        assert_eq!(window(5, 100, &[5], 3), (9, 3, true));
        assert_eq!(window(5, 100, &[6, 8, 9], 3), (11, 3, true));
        // Those before the round and after it change nothing.
        assert_eq!(window(5, 100, &[2, 4, 8, 50], 3), (8, 3, true));
        assert_eq!(window(5, 8, &[5, 6], 3), (8, 1, false));
        assert_eq!(window(5, 8, &[5, 6, 7], 3), (8, 0, false));
    }

    #[test]
    fn a_round_has_so_many_ops_in_all() {
        let excluded: Vec<u64> = (1..=2_000).collect();
        assert_eq!(window(0, 5_000, &excluded, 3), (1_024, 1, true));
        assert_eq!(window(0, 1_023, &excluded, 3), (1_023, 1, false));
        assert_eq!(window(0, 5_000, &[], 1_024), (1_024, 1_024, true));
        assert_eq!(window(u64::MAX - 1, u64::MAX, &[], 3), (u64::MAX, 1, false));
    }
}
