// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! The program as a process: how it ends.

use std::{
    io::{Read, Write},
    process::{Command, Output, Stdio},
};

fn run(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_training-ledger-executor"))
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn frame(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32).to_le_bytes()[..], content].concat()
}

#[test]
fn it_ends_with_its_input() {
    let output = run(b"");
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0));
}

#[test]
fn it_ends_with_its_input_while_a_task_waits() {
    // A task of a runtime that is unknown is answered; nothing keeps the process.
    let output = run(&frame(b"\x02\x07\0\0\0\x63\0\0\0"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn malformed_input_ends_it_with_one_line_that_says_why() {
    let cases: [(&[u8], &str); 8] = [
        (b"\xff\xff\xff\xff", "a frame of 4294967295 bytes"),
        (b"\x09\0\0\0\x01", "the input ends 1 bytes into a frame of 9"),
        (&frame(b""), "1 bytes must follow where 0 are left"),
        (&frame(b"\x09\0\0\0\0"), "a request of kind 9"),
        (&frame(b"\x07\x05\0\0\0\0"), "a reply to 5, which is no task"),
        (&frame(b"\x04\0\0\0\0\x05\0\0\0\0"), "a state version 5"),
        (&frame(b"\x05\0\0\0\0\0\0\0\0\xff\xff\xff\xff"), "a list of 4294967295 items in 0 bytes"),
        (&frame(b"\x02\x07\0\0\0\x63\0\0\0\0"), "1 bytes too many"),
    ];
    for (input, reason) in cases {
        // The rest of the input stays open, or its end would race with the task.
        let mut child = Command::new(env!("CARGO_BIN_EXE_training-ledger-executor"))
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input).unwrap();
        let open = if reason.contains("ends") {
            drop(stdin);
            None
        } else {
            Some(stdin)
        };
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(2), "{reason}");
        drop(open);
        assert!(said.contains(reason), "{said:?} says nothing of {reason:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn other_arguments_are_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_training-ledger-executor")).arg("help").output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("usage:"));
}
