// SPDX-License-Identifier: Apache-2.0
//! Chains side by side, and the way between them: a test delivers, loses, doubles and forges messages.

use crate::{mock::*, *};
use codec::{Decode, Encode};
use polkadot_sdk::{
    frame_support::weights::Weight,
    sp_io::TestExternalities,
    sp_runtime::BuildStorage,
    staging_xcm::latest::{prelude::*, Outcome as Executed},
};
use std::collections::BTreeMap;

pub const A: ParaId = 1_000;
pub const B: ParaId = 2_000;
pub const C: ParaId = 3_000;

/// Owns a model on every chain.
pub const USER: u64 = 1;
pub const OTHER: u64 = 2;
/// Has no money.
pub const POOR: u64 = 9;
pub const ENDOWMENT: u64 = 10_000_000;

/// Hash of a chain's block 0.
pub fn genesis(para: ParaId) -> H256 {
    H256::from_low_u64_be(para.into())
}

pub struct World(BTreeMap<ParaId, TestExternalities>);

impl World {
    /// Chains that accept nobody yet.
    pub fn bare(paras: &[ParaId]) -> Self {
        SENT.with_borrow_mut(Vec::clear);
        ChannelError::set(None);
        ChannelPrice::set(0);
        let chain = |para: &ParaId| {
            let balances = vec![(USER, ENDOWMENT), (OTHER, ENDOWMENT)];
            let genesis_config = RuntimeGenesisConfig {
                balances: polkadot_sdk::pallet_balances::GenesisConfig { balances, ..Default::default() },
                ..Default::default()
            };
            let mut chain = TestExternalities::new(genesis_config.build_storage().expect("a valid genesis"));
            chain.execute_with(|| {
                frame_system::BlockHash::<Test>::insert(0, genesis(*para));
                System::set_block_number(1);
            });
            (*para, chain)
        };
        Self(paras.iter().map(chain).collect())
    }

    /// Does something on a chain.
    pub fn on<R>(&mut self, para: ParaId, action: impl FnOnce() -> R) -> R {
        SelfPara::set(para);
        self.0.get_mut(&para).expect("a chain").execute_with(action)
    }

    /// Has a chain execute a message as the one that `from` sent.
    pub fn execute(&mut self, sent: &Sent) -> Executed {
        self.execute_from(Location::new(1, [Parachain(sent.from)]), sent.to, sent.xcm.clone())
    }

    /// Has a chain execute a message from anywhere.
    pub fn execute_from(&mut self, origin: Location, to: ParaId, xcm: Xcm<()>) -> Executed {
        self.on(to, || {
            let bytes = xcm.encode();
            let Ok(xcm) = Xcm::<RuntimeCall>::decode(&mut &bytes[..]) else {
                return Executed::Error(InstructionError { index: 0, error: XcmError::FailedToDecode });
            };
            Executor::prepare_and_execute(origin, xcm, &mut [0; 32], Weight::MAX, Weight::zero())
        })
    }

    /// Delivers the oldest message.
    pub fn deliver(&mut self) -> Sent {
        let sent = take();
        assert!(matches!(self.execute(&sent), Executed::Complete { .. }), "not executed");
        sent
    }

    /// Delivers all messages and what is sent because of them.
    pub fn deliver_all(&mut self) {
        while !SENT.with_borrow(Vec::is_empty) {
            self.deliver();
        }
    }
}

/// Takes the oldest message off its way: it is lost, or delivered later.
pub fn take() -> Sent {
    SENT.with_borrow_mut(|all| all.remove(0))
}

/// How many messages are on their way.
pub fn on_the_way() -> usize {
    SENT.with_borrow(Vec::len)
}

/// The call that a message makes.
pub fn call_of(sent: &Sent) -> Call<Test> {
    let Some(Transact { call, .. }) = sent.xcm.0.iter().find(|step| matches!(step, Transact { .. })) else {
        panic!("a message makes a call");
    };
    match RuntimeCall::decode(&mut call.encoded()) {
        Ok(RuntimeCall::UserModelSync(call)) => call,
        other => panic!("another call: {other:?}"),
    }
}

/// What a sync message says.
pub fn message_of(sent: &Sent) -> SyncMessage<u64> {
    match call_of(sent) {
        Call::receive_sync { message } => *message,
        other => panic!("another call: {other:?}"),
    }
}

/// What an answer says.
pub fn answer_of(sent: &Sent) -> (u64, SyncOutcome) {
    match call_of(sent) {
        Call::receive_ack { nonce, outcome, .. } => (nonce, outcome),
        other => panic!("another call: {other:?}"),
    }
}

/// A message from one chain's pallet to another's.
pub fn forge(from: ParaId, to: ParaId, call: Call<Test>) -> Sent {
    Sent { from, to, xcm: xcm::message::<Test>(call).expect("the pallet has an index") }
}

/// The pallet's events of the running chain since the last call, oldest first.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::UserModelSync(event) => Some(event),
            _ => None,
        })
        .collect();
    System::reset_events();
    events
}
