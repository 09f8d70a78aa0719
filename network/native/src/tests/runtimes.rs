// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
use super::host_functions;
use crate::{
    runtimes::{Runtime, Runtimes},
    tasks::Fault,
};

#[test]
fn the_runtime_that_was_not_used_for_longest_makes_room() {
    let runtimes = Runtimes::default();
    for id in 0..4 {
        runtimes.add(id, b"code");
    }
    runtimes.get(0).unwrap();
    runtimes.add(4, b"code");
    assert_eq!(runtimes.get(1).err(), Some(Fault::RuntimeUnknown));
    for id in [0, 2, 3, 4] {
        assert!(runtimes.get(id).is_ok(), "{id}");
    }
}

#[test]
fn a_runtime_that_is_sent_again_replaces_itself_only() {
    let runtimes = Runtimes::default();
    for id in [0, 1, 2, 3, 3, 3] {
        runtimes.add(id, b"code");
    }
    assert!(runtimes.get(0).is_ok());
}

#[test]
fn an_import_that_there_is_not_is_a_fault_unless_it_may_be() {
    let code = r#"(module
        (import "env" "memory" (memory 20))
        (import "env" "nobody_knows" (func))
        (global (export "__heap_base") i32 (i32.const 65536))"#;
    let text = include_str!("../../../src/testing/host-functions.wat");
    let version = text.split("(data (i32.const 0x100)").nth(1).and_then(|rest| rest.split(')').next()).unwrap();
    let core = r#"(func (export "Core_version") (param i32 i32) (result i64) (i64.const 0x0000004800000100))"#;
    let code = wat::parse_str(format!("{code} (data (i32.const 0x100) {version}) {core})")).unwrap();
    let runtime = Runtime::new(&code);
    assert!(matches!(runtime.prepared(false), Err(Fault::Failed(message)) if message.contains("nobody_knows")));
    assert_eq!(runtime.prepared(true).unwrap().runtime_version().decode().spec_version, 7);
}

#[test]
fn what_is_no_runtime_is_a_fault() {
    assert!(matches!(Runtime::new(b"nothing").prepared(true), Err(Fault::Failed(_))));
    assert!(Runtime::new(&host_functions()).prepared(false).is_ok());
}
