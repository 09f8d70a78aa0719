// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Executes Substrate runtimes for a process that holds their storage and asks over stdin and stdout. It ends with its input,
//! and so with that process.

mod calls;
mod frames;
mod logs;
mod offchain;
mod proofs;
mod protocol;
mod runtimes;
mod serve;
mod storage;
mod tasks;
mod tries;
mod version;

#[cfg(test)]
mod tests;

use std::{env, panic, process};

fn main() {
    // Whoever asked for the task is told; nothing is printed.
    panic::set_hook(Box::new(|_| {}));
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => match serve::serve() {
            // Tasks may still run for the process that is gone.
            Ok(()) => process::exit(0),
            Err(malformed) => serve::end(&malformed),
        },
        ["check"] => println!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        _ => {
            eprintln!("usage: training-ledger-executor serve | check");
            process::exit(64)
        }
    }
}
