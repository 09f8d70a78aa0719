// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
//! Takes requests off the input and answers each from a thread of its own.

use crate::{
    calls,
    frames::{Fields, Frame, MAX_FRAME, Malformed, read_frame},
    proofs,
    protocol::{answer, request},
    runtimes::Runtimes,
    tasks::{Client, Fault, failed, send},
    tries::{Entries, Trie},
    version,
};
use smoldot::trie::TrieEntryVersion;
use std::{
    collections::{HashMap, hash_map::Entry},
    io::{BufReader, stdin},
    panic::{AssertUnwindSafe, catch_unwind},
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

/// Tasks at once. A chain makes one block at a time; a task may wait for others.
const MAX_TASKS: usize = 256;
/// Tries are built by recursion.
pub const STACK: usize = 32 << 20;

/// Where the answers to the running tasks' questions go.
type Waiting = Mutex<HashMap<u32, mpsc::Sender<Vec<u8>>>>;

#[derive(Default)]
struct State {
    runtimes: Runtimes,
    waiting: Waiting,
}

impl State {
    fn waiting(&self) -> MutexGuard<'_, HashMap<u32, mpsc::Sender<Vec<u8>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until the input ends.
pub fn serve() -> Result<(), Malformed> {
    let state = Arc::new(State::default());
    let mut input = BufReader::with_capacity(1 << 16, stdin().lock());
    while let Some(content) = read_frame(&mut input, MAX_FRAME).map_err(|error| Malformed(error.to_string()))? {
        let mut fields = Fields::new(&content);
        let (kind, id) = (fields.u8()?, fields.u32()?);
        match kind {
            request::RUNTIME => state.runtimes.add(id, fields.rest()),
            request::REPLY => {
                let reply = fields.rest().to_vec();
                let waiting = state.waiting();
                let task = waiting.get(&id).ok_or_else(|| Malformed(format!("a reply to {id}, which is no task")))?;
                // A task that ended while it waited needs no reply.
                let _ = task.send(reply);
            }
            request::VERSION..=request::CREATE_PROOF => start(&state, kind, id, fields.rest().to_vec())?,
            other => return Err(Malformed(format!("a request of kind {other}"))),
        }
    }
    Ok(())
}

fn start(state: &Arc<State>, kind: u8, task: u32, request: Vec<u8>) -> Result<(), Malformed> {
    let (sender, replies) = mpsc::channel();
    {
        let mut waiting = state.waiting();
        if waiting.len() == MAX_TASKS {
            return Err(Malformed(format!("more than {MAX_TASKS} tasks at once")));
        }
        match waiting.entry(task) {
            Entry::Occupied(_) => return Err(Malformed(format!("a task {task} while one of that number runs"))),
            Entry::Vacant(place) => drop(place.insert(sender)),
        }
    }
    let shared = state.clone();
    let run = move || {
        let client = Client { task, replies };
        // What smoldot takes for impossible must not end the other tasks.
        let answer = catch_unwind(AssertUnwindSafe(|| handle(&shared, kind, &request, &client)))
            .unwrap_or_else(|panic| Err(failed(panic_message(&*panic))));
        shared.waiting().remove(&task);
        respond(task, answer);
    };
    if let Err(error) = thread::Builder::new().stack_size(STACK).spawn(run) {
        state.waiting().remove(&task);
        respond(task, Err(failed(format!("no thread for the task: {error}"))));
    }
    Ok(())
}

fn handle(state: &State, kind: u8, request: &[u8], client: &Client) -> Result<Frame, Fault> {
    let fields = Fields::new(request);
    let mut answer = Frame::new(answer::DONE, client.task);
    match kind {
        request::VERSION => version::write(fields, &state.runtimes, &mut answer)?,
        request::CALL => calls::run(fields, &state.runtimes, client, &mut answer)?,
        request::STATE_ROOT => state_root(fields, &mut answer)?,
        request::DECODE_PROOF => decode_proof(fields, &mut answer)?,
        _ => create_proof(fields, &mut answer)?,
    }
    Ok(answer)
}

fn respond(task: u32, result: Result<Frame, Fault>) {
    let told = |kind, message: &str| {
        let mut answer = Frame::new(kind, task);
        answer.bytes(message.as_bytes());
        answer
    };
    let fault = match result.and_then(send) {
        Ok(()) => return,
        Err(fault) => fault,
    };
    let answer = match fault {
        Fault::Malformed(malformed) => end(&malformed),
        Fault::Failed(message) => told(answer::FAILED, &message),
        Fault::Aborted => told(answer::FAILED, ""),
        Fault::RuntimeUnknown => told(answer::RUNTIME_UNKNOWN, ""),
    };
    let _ = send(answer);
}

/// Ends the process because of what it was told.
pub fn end(malformed: &Malformed) -> ! {
    eprintln!("training-ledger-executor: malformed input: {malformed}");
    process::exit(2)
}

fn state_root(mut request: Fields, answer: &mut Frame) -> Result<(), Fault> {
    let version = request.u8()?;
    let version = TrieEntryVersion::try_from(version).map_err(|_| Malformed(format!("a state version {version}")))?;
    let entries = request.list(|fields| Ok((fields.bytes()?.to_vec(), fields.bytes()?.to_vec())))?;
    request.end()?;
    answer.bytes(&Trie::of(&Entries::from_iter(entries), version)?.root);
    Ok(())
}

fn decode_proof(mut request: Fields, answer: &mut Frame) -> Result<(), Fault> {
    let root = request.bytes()?;
    let nodes = request.list(Fields::bytes)?;
    request.end()?;
    answer.list(proofs::decode(root, &nodes)?.iter(), |answer, (key, value)| {
        answer.bytes(key);
        answer.bytes(value);
    });
    Ok(())
}

fn create_proof(mut request: Fields, answer: &mut Frame) -> Result<(), Fault> {
    let nodes = request.list(Fields::bytes)?;
    let updates = request.list(|fields| Ok((fields.bytes()?, fields.option()?)))?;
    request.end()?;
    let trie = proofs::create(&nodes, updates)?;
    answer.bytes(&trie.root);
    answer.list(trie.nodes.iter(), |answer, node| answer.bytes(node));
    Ok(())
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the executor failed: {}", message.unwrap_or("no reason given"))
}
