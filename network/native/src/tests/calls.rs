// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
use super::{Other, host_functions};
use crate::{
    calls,
    frames::{Fields, Frame, Malformed},
    runtimes::Runtimes,
    tasks::Fault,
};

const CHILD: &[u8] = b":child_storage:default:child";

/// A request for calls of the runtime; each has a name and a parameter.
struct Calls<'a> {
    signatures: u8,
    proof_size: u64,
    ahead: &'a [(&'a [u8], Option<&'a [u8]>)],
    calls: &'a [(&'a str, &'a [u8])],
}

const NO_CALLS: Calls = Calls { signatures: 0, proof_size: 0, ahead: &[], calls: &[] };

impl Calls<'_> {
    fn content(&self) -> Vec<u8> {
        let mut frame = Frame::new(0, 0);
        frame.u32(1);
        frame.u8(self.signatures);
        frame.u8(0);
        frame.u32(3);
        frame.u32(self.proof_size as u32);
        frame.u32((self.proof_size >> 32) as u32);
        frame.list(self.ahead.iter(), |frame, (key, value)| {
            frame.bytes(key);
            frame.option(*value);
        });
        frame.list(self.calls.iter(), |frame, (name, parameter)| {
            frame.bytes(name.as_bytes());
            frame.list([parameter].iter(), |frame, parameter| frame.bytes(parameter));
        });
        frame.finish().unwrap()[9..].to_vec()
    }

    fn run(&self, other: &Other) -> Result<Answer, Fault> {
        let runtimes = Runtimes::default();
        runtimes.add(1, &host_functions());
        let mut answer = Frame::new(0, 0);
        calls::run(Fields::new(&self.content()), &runtimes, other, &mut answer)?;
        Ok(Answer::read(&answer.finish().unwrap()[9..]))
    }
}

type Changes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

struct Answer {
    result: Vec<u8>,
    changes: Changes,
    offchain: Changes,
    logs: Vec<(String, Option<(u32, String)>)>,
    used: Vec<u8>,
}

impl Answer {
    fn read(content: &[u8]) -> Self {
        let mut fields = Fields::new(content);
        let changes = |fields: &mut Fields| {
            let pair = |fields: &mut Fields| Ok((fields.bytes()?.to_vec(), fields.option()?.map(<[u8]>::to_vec)));
            fields.list(pair).unwrap()
        };
        let answer = Self {
            result: fields.bytes().unwrap().to_vec(),
            changes: changes(&mut fields),
            offchain: changes(&mut fields),
            logs: fields
                .list(|fields| {
                    let message = fields.text()?.to_owned();
                    let more = fields.flag()?.then(|| (fields.u32().unwrap(), fields.text().unwrap().to_owned()));
                    Ok((message, more))
                })
                .unwrap(),
            used: fields.bytes().unwrap().to_vec(),
        };
        fields.end().unwrap();
        answer
    }
}

fn call(name: &str, other: &Other) -> Result<Answer, Fault> {
    Calls { calls: &[(name, b"")], ..NO_CALLS }.run(other)
}

fn other(storage: &[(&[u8], &[u8])]) -> Other {
    let storage = storage.iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect();
    Other { storage, ..Other::default() }
}

#[test]
fn a_call_sees_what_the_one_before_changed() {
    let calls = Calls { calls: &[("main_storage", b""), ("read_storage", b"")], ..NO_CALLS };
    let other = other(&[(b"key-a", b"before"), (b"key-c", b"later")]);
    let answer = calls.run(&other).unwrap();
    assert_eq!(answer.result, b"\x01\x14value");
    let expected = [(b"key-a", b"value".to_vec()), (b"key-b", b"\x04other".to_vec())];
    assert_eq!(answer.changes, expected.map(|(key, value)| (key.to_vec(), Some(value))));
}

#[test]
fn a_value_that_was_sent_ahead_is_not_asked_for_and_its_use_is_told() {
    let ahead: &[(&[u8], Option<&[u8]>)] = &[(b"key-x", Some(b"unused")), (b"key-a", Some(b"ahead"))];
    let other = other(&[(b"key-a", b"asked")]);
    let answer = Calls { ahead, calls: &[("read_storage", b"")], ..NO_CALLS }.run(&other).unwrap();
    assert_eq!(answer.result, b"\x01\x14ahead");
    assert_eq!(answer.used, [0, 1]);
    assert!(other.asked.borrow().is_empty());
}

#[test]
fn a_value_is_asked_for_once() {
    let other = other(&[(b"key-a", b"value")]);
    let calls = Calls { calls: &[("read_storage", b""), ("read_storage", b"")], ..NO_CALLS };
    assert_eq!(calls.run(&other).unwrap().result, b"\x01\x14value");
    assert_eq!(*other.asked.borrow(), [(32, vec![b"key-a".to_vec()])]);
}

#[test]
fn what_is_rolled_back_does_not_change() {
    let answer = call("transactions", &other(&[])).unwrap();
    assert_eq!(answer.changes, [(b"key-b".to_vec(), Some(b"other".to_vec()))]);
    assert_eq!(answer.result, [0]);
}

#[test]
fn prefixes_are_cleared_up_to_the_limit() {
    let all = call("clear_all", &other(&[(b"key-a", b"1"), (b"key-b", b"2"), (b"other", b"3")])).unwrap();
    assert_eq!(all.changes, [(b"key-a".to_vec(), None), (b"key-b".to_vec(), None)]);
    let one = call("clear_one", &other(&[(b"key-a", b"1"), (b"key-b", b"2")])).unwrap();
    assert_eq!(one.changes, [(b"key-a".to_vec(), None)]);
}

#[test]
fn child_storage_is_under_its_prefix() {
    let other = other(&[]);
    let answer = call("child_storage", &other).unwrap();
    // The main trie holds the child's root, here of the keys that are known to have changed.
    let [(root_key, Some(root)), (key, value)] = &answer.changes[..] else { panic!("{:?}", answer.changes) };
    assert_eq!((root_key.as_slice(), root.len()), (CHILD, 32));
    assert_eq!((key, value), (&[CHILD, b"key-a"].concat(), &Some(b"value".to_vec())));
    let get = (32, vec![[CHILD, b"key-b"].concat()]);
    assert_eq!(other.asked.borrow()[0], get);
    // The key behind "key" is the one that was set.
    assert_eq!(answer.result, b"\x01\x14key-a");
}

#[test]
fn an_offchain_worker_asks_the_other_end() {
    let mut other = other(&[]);
    other.answers = [(34, b"stored".to_vec()), (37, vec![1])].into();
    let answer = call("offchain_worker", &other).unwrap();
    assert_eq!(answer.result, b"\x01\x18stored");
    // The second exchange expects a value that the first has replaced.
    assert_eq!(answer.offchain, [(b"key-a".to_vec(), Some(b"other".to_vec()))]);
    other.answers = [(35, 1_700_000_000_123_u64.to_le_bytes().to_vec()), (36, vec![9; 32])].into();
    assert_eq!(call("offchain_time", &other).unwrap().result, 1_700_000_000_123_u64.to_le_bytes());
    assert_eq!(call("offchain_seed", &other).unwrap().result, [9; 32]);
}

#[test]
fn answers_of_another_length_fail_the_task() {
    let mut other = other(&[]);
    other.answers = [(35, vec![1; 7])].into();
    let failed = |name| call(name, &other).err();
    assert_eq!(failed("offchain_time"), Some(Fault::Failed("a timestamp of 7 bytes, where 8 must be".into())));
    assert_eq!(failed("offchain_seed"), Some(Fault::Failed("a random seed of 0 bytes, where 32 must be".into())));
}

#[test]
fn a_next_key_that_cannot_be_fails_the_task() {
    for wrong in [&b"key"[..], b"aaa"] {
        let mut other = other(&[]);
        other.answers = [(33, wrong.to_vec())].into();
        assert!(matches!(call("clear_all", &other).err(), Some(Fault::Failed(_))));
    }
}

#[test]
fn logs_have_levels_and_targets() {
    let answer = call("logs", &other(&[])).unwrap();
    let target = |level| Some((level, "target".to_owned()));
    let expected = [
        ("message".into(), target(1)),
        ("value".into(), target(4)),
        ("message".into(), None),
        ("42".into(), None),
        ("\"76616c7565\"".into(), None),
    ];
    assert_eq!(answer.logs, expected);
    assert_eq!(answer.result, 3_u32.to_le_bytes());
}

#[test]
fn signatures_are_checked_unless_they_are_mocked() {
    let magic = [&[0xde, 0xad, 0xbe, 0xef][..], &[0xcd; 60], &[1; 32]].concat();
    let forged = [[7; 64].as_slice(), &[1; 32]].concat();
    let valid = |signatures, input: &[u8]| {
        let calls = Calls { signatures, calls: &[("signature", input)], ..NO_CALLS };
        calls.run(&other(&[])).unwrap().result == 1_u32.to_le_bytes()
    };
    assert_eq!([0, 1, 2].map(|mode| valid(mode, &magic)), [false, true, true]);
    assert_eq!([0, 1, 2].map(|mode| valid(mode, &forged)), [false, false, true]);
}

#[test]
fn the_proof_size_is_the_one_that_was_given() {
    let calls = Calls { proof_size: 5 << 32 | 7, calls: &[("proof_size", b"")], ..NO_CALLS };
    assert_eq!(calls.run(&other(&[])).unwrap().result, (5_u64 << 32 | 7).to_le_bytes());
}

#[test]
fn a_runtime_that_stops_fails_the_task() {
    for name in ["stops", "answers_outside_of_memory", "no_such_entry_point"] {
        assert!(matches!(call(name, &other(&[])).err(), Some(Fault::Failed(_))), "{name}");
    }
}

#[test]
fn a_question_that_cannot_be_answered_ends_the_task() {
    let other = Other { aborts: true, ..Other::default() };
    assert_eq!(call("read_storage", &other).err(), Some(Fault::Aborted));
}

#[test]
fn a_runtime_that_was_not_sent_is_not_known() {
    let mut answer = Frame::new(0, 0);
    let content = NO_CALLS.content();
    let result = calls::run(Fields::new(&content), &Runtimes::default(), &other(&[]), &mut answer);
    assert_eq!(result, Err(Fault::RuntimeUnknown));
}

#[test]
fn a_request_that_is_cut_short_is_malformed() {
    let content = Calls { calls: &[("logs", b"abc")], ..NO_CALLS }.content();
    for length in 0..content.len() {
        let result =
            calls::run(Fields::new(&content[..length]), &Runtimes::default(), &other(&[]), &mut Frame::new(0, 0));
        assert!(matches!(result, Err(Fault::Malformed(Malformed(_)))), "{length}");
    }
}
