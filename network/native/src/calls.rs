// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Calls of a runtime, one after another on the same storage.

use crate::{
    frames::{Fields, Frame, Malformed},
    logs::Log,
    offchain,
    protocol::Question,
    runtimes::Runtimes,
    storage::{Changes, Storage, full_key, write_changes},
    tasks::{Ask, Fault, failed},
};
use smoldot::{
    executor::{
        host::HostVmPrototype,
        runtime_call::{self, NextKey, RuntimeCall, SignatureVerification, StorageProofSizeBehavior, Success},
        storage_diff::TrieDiff,
    },
    trie::{TrieEntryVersion, bytes_to_nibbles, nibbles_to_bytes_suffix_extend},
};
use std::iter;

/// Which signatures count as valid although they are not.
#[derive(Clone, Copy, PartialEq)]
enum MockSignatures {
    None,
    /// 0xdeadbeef, then 0xcd.
    Magic,
    All,
}

impl MockSignatures {
    fn read(request: &mut Fields) -> Result<Self, Malformed> {
        match request.u8()? {
            0 => Ok(Self::None),
            1 => Ok(Self::Magic),
            2 => Ok(Self::All),
            other => Err(Malformed(format!("a way {other} to check signatures"))),
        }
    }

    fn resume(self, request: SignatureVerification) -> RuntimeCall {
        let accepts = match self {
            Self::None => false,
            Self::Magic => is_magic(request.signature().as_ref()),
            Self::All => true,
        };
        if accepts { request.resume_success() } else { request.verify_and_resume() }
    }
}

fn is_magic(signature: &[u8]) -> bool {
    signature.strip_prefix(&[0xde, 0xad, 0xbe, 0xef]).is_some_and(|rest| rest.iter().all(|&byte| byte == 0xcd))
}

/// A request: a runtime's number and the calls of it.
struct Request<'a> {
    runtime: u32,
    signatures: MockSignatures,
    allow_unresolved: bool,
    max_log_level: u32,
    proof_size: u64,
    storage: Storage,
    calls: Vec<(&'a str, Vec<&'a [u8]>)>,
}

impl<'a> Request<'a> {
    fn read(mut fields: Fields<'a>) -> Result<Self, Malformed> {
        let request = Self {
            runtime: fields.u32()?,
            signatures: MockSignatures::read(&mut fields)?,
            allow_unresolved: fields.flag()?,
            max_log_level: fields.u32()?,
            proof_size: fields.u64()?,
            storage: Storage::read(&mut fields)?,
            calls: fields.list(|fields| Ok((fields.text()?, fields.list(Fields::bytes)?)))?,
        };
        fields.end()?;
        Ok(request)
    }
}

/// Makes the calls, and writes the last one's result, what changed, the logs, and which values that were sent ahead were read.
pub fn run(request: Fields, runtimes: &Runtimes, client: &impl Ask, answer: &mut Frame) -> Result<(), Fault> {
    let request = Request::read(request)?;
    let prototype = runtimes.get(request.runtime)?.prepared(request.allow_unresolved)?;
    let mut task = Task {
        client,
        signatures: request.signatures,
        storage: request.storage,
        changes: Changes::new(),
        offchain: Changes::new(),
        logs: Vec::new(),
    };
    let mut result = Vec::new();
    let mut main_trie = TrieDiff::default();
    for (name, parameters) in request.calls {
        let call = runtime_call::run(runtime_call::Config {
            virtual_machine: HostVmPrototype::clone(&prototype),
            function_to_call: name,
            parameter: parameters.into_iter(),
            storage_main_trie_changes: main_trie,
            max_log_level: request.max_log_level,
            calculate_trie_changes: false,
            storage_proof_size_behavior: StorageProofSizeBehavior::ConstantReturnValue(request.proof_size),
        })
        .map_err(|(error, _)| failed(error))?;
        let success = task.finish(call)?;
        result = success.virtual_machine.value().as_ref().to_vec();
        for (child, key, value) in success.storage_changes.storage_changes_iter_unordered() {
            task.changes.insert(full_key(child, key), value.map(<[u8]>::to_vec));
        }
        main_trie = success.storage_changes.into_main_trie_diff();
    }
    answer.bytes(&result);
    write_changes(answer, &task.changes);
    write_changes(answer, &task.offchain);
    answer.list(task.logs.iter(), |answer, log| log.write(answer));
    task.storage.write_used(answer);
    Ok(())
}

struct Task<'a, C> {
    client: &'a C,
    signatures: MockSignatures,
    storage: Storage,
    /// By the calls that are over.
    changes: Changes,
    offchain: Changes,
    logs: Vec<Log>,
}

impl<C: Ask> Task<'_, C> {
    /// Runs a call to its end.
    fn finish(&mut self, mut call: RuntimeCall) -> Result<Success, Fault> {
        loop {
            call = match call {
                RuntimeCall::Finished(finished) => return finished.map_err(failed),
                RuntimeCall::StorageGet(request) => {
                    let key = full_key(request.child_trie(), request.key().as_ref());
                    let value = match self.changes.get(&key) {
                        Some(changed) => changed.clone(),
                        None => self.storage.get(key, self.client)?,
                    };
                    request.inject_value(value.map(|value| (iter::once(value), TrieEntryVersion::V1)))
                }
                RuntimeCall::NextKey(request) => self.next_key(request)?,
                // Of a storage root, which is not computed here.
                RuntimeCall::ClosestDescendantMerkleValue(request) => request.resume_unknown(),
                RuntimeCall::SignatureVerification(request) => self.signatures.resume(request),
                RuntimeCall::OffchainStorageSet(request) => {
                    let value = request.value().map(|value| value.as_ref().to_vec());
                    self.offchain.insert(request.key().as_ref().to_vec(), value);
                    request.resume()
                }
                RuntimeCall::Offchain(context) => offchain::resume(context, &mut self.offchain, self.client)?,
                RuntimeCall::LogEmit(request) => {
                    self.logs.push(Log::of(request.info()));
                    request.resume()
                }
            }
        }
    }

    fn next_key(&self, request: NextKey) -> Result<RuntimeCall, Fault> {
        // Of a storage root, which is not computed here.
        if request.branch_nodes() {
            return Ok(request.inject_key(None::<iter::Empty<_>>));
        }
        let prefix: Vec<u8> = nibbles_to_bytes_suffix_extend(request.prefix()).collect();
        let key: Vec<u8> = nibbles_to_bytes_suffix_extend(request.key()).collect();
        let child = request.child_trie().map(|child| child.as_ref().to_vec());
        let asked = [full_key(child.as_ref(), &prefix), full_key(child.as_ref(), &key)];
        let next = self.client.ask(Question::NextKey, &[&asked[0], &asked[1]])?;
        if next.as_ref().is_some_and(|next| *next <= key || !next.starts_with(&prefix)) {
            return Err(failed("the key that is said to be next is not behind the key, or has another prefix"));
        }
        Ok(request.inject_key(next.map(|next| bytes_to_nibbles(next.into_iter()))))
    }
}
