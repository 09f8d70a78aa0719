// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! The runtimes that were sent. Each is unpacked and translated once, as far as it is called; the newest used are kept.

use crate::tasks::Fault;
use smoldot::executor::{
    host::{Config, HeapPages, HostVmPrototype},
    vm::ExecHint,
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Runtimes that are kept: some 40 MB each.
const KEPT: usize = 4;
/// 128 MiB, as nodes give.
const HEAP_PAGES: u32 = 2048;

type Prepared = Result<Arc<HostVmPrototype>, String>;

/// A runtime.
pub struct Runtime {
    code: Vec<u8>,
    strict: OnceLock<Prepared>,
    lenient: OnceLock<Prepared>,
}

impl Runtime {
    pub fn new(code: &[u8]) -> Self {
        Self { code: code.to_vec(), strict: OnceLock::new(), lenient: OnceLock::new() }
    }

    /// The runtime, ready to be called. `allow_unresolved`: even if it imports functions that there are not.
    pub fn prepared(&self, allow_unresolved: bool) -> Result<Arc<HostVmPrototype>, Fault> {
        // Where all imports are there, both ways give the same.
        let strict = self.strict.get_or_init(|| self.prepare(false));
        let prepared = match strict {
            Err(_) if allow_unresolved => self.lenient.get_or_init(|| self.prepare(true)),
            strict => strict,
        };
        prepared.clone().map_err(Fault::Failed)
    }

    fn prepare(&self, allow_unresolved_imports: bool) -> Prepared {
        HostVmPrototype::new(Config {
            module: &self.code,
            heap_pages: HeapPages::from(HEAP_PAGES),
            // The interpreter translates a function when it is first called.
            exec_hint: ExecHint::CompileWithNonDeterministicValidation,
            allow_unresolved_imports,
        })
        .map(Arc::new)
        .map_err(|error| error.to_string())
    }
}

/// Runtimes by number, the last used at the end.
#[derive(Default)]
pub struct Runtimes(Mutex<Vec<(u32, Arc<Runtime>)>>);

impl Runtimes {
    /// Adds a runtime; the one that was not used for longest goes if there are too many.
    pub fn add(&self, id: u32, code: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != id);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((id, Arc::new(Runtime::new(code))));
    }

    /// The runtime of a number.
    pub fn get(&self, id: u32) -> Result<Arc<Runtime>, Fault> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(other, _)| *other == id).ok_or(Fault::RuntimeUnknown)?;
        let found = kept.remove(at);
        let runtime = found.1.clone();
        kept.push(found);
        Ok(runtime)
    }
}
