// SPDX-License-Identifier: Apache-2.0
//! Known answers of the encodings, in `test/vectors/encodings.json`: the SDK's tests read the same file.
//! `UPDATE_VECTORS=1 cargo test -p training-primitives --test vectors` writes it again.

use codec::Encode;
use polkadot_sdk::{
    sp_core::{crypto::AccountId32, H256},
    sp_io::hashing::blake2_256,
};
use serde_json::{json, Value};
use training_primitives::{
    binding, binding::request_hash, challenge, merkle, AggregatedUpdate, BindingContext, ChallengeSample, FieldElement,
    OpClaims, OpContents, TrainingBlock, TrainingOp, TrainingProof,
};

/// Tests run in their package's folder, of whichever checkout: its path is not compiled in, because checkouts may share what is built.
const FILE: &str = "../../test/vectors/encodings.json";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn hash(byte: u8) -> H256 {
    H256::repeat_byte(byte)
}

/// A scalar: little-endian, so that the last byte has to be small.
fn field(byte: u8) -> FieldElement {
    let mut element = [byte; 32];
    element[31] = 0;
    element
}

fn account() -> AccountId32 {
    AccountId32::new([0x2a; 32])
}

fn contents(full: bool) -> OpContents {
    OpContents {
        input: hash(1),
        output: hash(2),
        feedback: full.then(|| hash(3)),
        gradient: hash(4),
        gradient_commitment: [45; 32],
        prior_update: full.then(|| hash(5)),
        state: hash(6),
        corrects: full.then(|| hash(7)),
    }
}

fn contents_json(c: &OpContents) -> Value {
    let mut value = json!({
        "input": hex(c.input), "output": hex(c.output), "gradient": hex(c.gradient),
        "gradientCommitment": hex(c.gradient_commitment), "state": hex(c.state),
    });
    for (name, content) in [("feedback", c.feedback), ("priorUpdate", c.prior_update), ("corrects", c.corrects)] {
        if let Some(content) = content {
            value[name] = json!(hex(content));
        }
    }
    value
}

fn op(full: bool) -> TrainingOp<AccountId32> {
    TrainingOp {
        base: hash(8),
        model: hash(9),
        owner: account(),
        index: 4_000_000_000,
        prev_hash: hash(10),
        sequence: u64::MAX - 1,
        timestamp: 1_900_000_000_123,
        contents: contents(full),
        claims: OpClaims {
            interaction: field(11),
            node_key: field(12),
            not_before: 1_899_999_000_000,
            not_after: 1_900_000_000_000,
            update: field(13),
            state: field(14),
            batch: field(15),
            delta: 65_535,
            nullifier: field(16),
        },
        proofs: hash(17),
        weight: 18_000_000_000_000_000_000,
    }
}

/// Integers above 32 bits stand as decimals.
fn op_json(op: &TrainingOp<AccountId32>) -> Value {
    let claims = &op.claims;
    json!({
        "base": hex(op.base), "model": hex(op.model), "owner": hex(&op.owner), "index": op.index,
        "prevHash": hex(op.prev_hash), "sequence": op.sequence.to_string(), "timestamp": op.timestamp.to_string(),
        "contents": contents_json(&op.contents),
        "claims": {
            "interaction": hex(claims.interaction), "nodeKey": hex(claims.node_key),
            "notBefore": claims.not_before.to_string(), "notAfter": claims.not_after.to_string(),
            "update": hex(claims.update), "state": hex(claims.state), "batch": hex(claims.batch),
            "delta": claims.delta, "nullifier": hex(claims.nullifier),
        },
        "proofs": hex(op.proofs), "weight": op.weight.to_string(),
    })
}

fn ops() -> Value {
    [true, false]
        .map(|full| {
            let op = op(full);
            json!({
                "value": op_json(&op),
                "encoded": hex(op.encode()),
                "contentsHash": hex(op.contents.hash()),
                "id": hex(op.id()),
            })
        })
        .into()
}

fn block() -> Value {
    let block = TrainingBlock {
        number: 7_000_000_000,
        timestamp: 1_900_000_000_456,
        parent: hash(20),
        base: hash(21),
        round: 4_100_000_000,
        merkle_root: hash(22),
        first_op: 5_000_000_000,
        op_count: 1_024,
        aggregate: AggregatedUpdate {
            content: hash(23),
            commitment: [24; 32],
            contributors: 1_021,
            excluded: vec![5_000_000_001, 5_000_000_002, 5_000_001_023].try_into().expect("few"),
        },
        leader: account(),
    };
    json!({
        "value": {
            "number": block.number.to_string(), "timestamp": block.timestamp.to_string(), "parent": hex(block.parent),
            "base": hex(block.base), "round": block.round, "merkleRoot": hex(block.merkle_root),
            "firstOp": block.first_op.to_string(), "opCount": block.op_count,
            "aggregate": {
                "content": hex(block.aggregate.content),
                "commitment": hex(block.aggregate.commitment),
                "contributors": block.aggregate.contributors,
                "excluded": block.aggregate.excluded.iter().map(u64::to_string).collect::<Vec<_>>(),
            },
            "leader": hex(&block.leader),
        },
        "encoded": hex(block.encode()),
        "hash": hex(block.hash()),
    })
}

fn bindings() -> Value {
    let genesis = hash(30);
    let contexts = [
        (
            json!({ "type": "Op", "model": hex(hash(31)), "index": 300, "prevHash": hex(hash(32)), "contents": hex(hash(33)) }),
            BindingContext::Op { model: hash(31), index: 300, prev_hash: hash(32), contents: hash(33) },
        ),
        (json!({ "type": "Contribution", "model": hex(hash(31)) }), BindingContext::Contribution { model: hash(31) }),
        (
            json!({ "type": "Request", "subject": hex(hash(34)), "request": hex(hash(35)) }),
            BindingContext::Request { subject: hash(34), request: hash(35) },
        ),
        (
            json!({ "type": "Round", "base": hex(hash(36)), "round": 70_000 }),
            BindingContext::Round { base: hash(36), round: 70_000 },
        ),
        (
            json!({ "type": "Generation", "base": hex(hash(36)), "generation": 2 }),
            BindingContext::Generation { base: hash(36), generation: 2 },
        ),
        (
            json!({
                "type": "Following", "model": hex(hash(31)), "index": 301,
                "previous": hex(BindingContext::Contribution { model: hash(31) }.hash()), "contents": hex(hash(33)),
            }),
            BindingContext::Following {
                model: hash(31),
                index: 301,
                previous: BindingContext::Contribution { model: hash(31) }.hash(),
                contents: hash(33),
            },
        ),
    ];
    let values = contexts
        .map(|(context, native)| json!({ "context": context, "binding": hex(binding(genesis, &account(), &native)) }));
    json!({ "genesis": hex(genesis), "account": hex(account()), "values": values })
}

fn requests() -> Value {
    let user = field(40);
    let (head, length) = (hash(41), 9u32);
    json!([
        { "name": "fork", "argument": hex(user.encode()), "request": hex(request_hash(b"fork", &user)) },
        {
            "name": "export", "argument": hex((head, length).encode()),
            "request": hex(request_hash(b"export", &(head, length))),
        },
        { "name": "history", "argument": hex(hash(42).encode()), "request": hex(request_hash(b"history", &hash(42))) },
    ])
}

/// As the pallet zkpot hashes a worker's commitment.
fn commitment() -> Value {
    let (genesis, base, round, state, nonce) = (hash(50), hash(51), 12u32, field(52), [53u8; 32]);
    let mut preimage = b"training-ledger/commit/v1".to_vec();
    (genesis, account(), base, round, state, nonce).encode_to(&mut preimage);
    json!({
        "genesis": hex(genesis), "account": hex(account()), "base": hex(base), "round": round, "state": hex(state),
        "nonce": hex(nonce), "hash": hex(blake2_256(&preimage)),
    })
}

fn training_proof() -> Value {
    let proof = TrainingProof { interaction: [60; 128], improvement: [61; 128], ownership: [62; 128] };
    json!({
        "value": {
            "interaction": hex(proof.interaction), "improvement": hex(proof.improvement),
            "ownership": hex(proof.ownership),
        },
        "encoded": hex(proof.encode()),
    })
}

fn trees() -> Value {
    let tree = |count: u8| {
        let leaves: Vec<H256> = (0..count).map(|i| merkle::leaf_hash(&[i, 200])).collect();
        json!({
            "leaves": (0..count).map(|i| hex([i, 200])).collect::<Vec<_>>(),
            "root": hex(merkle::root(leaves.clone())),
            "proofs": (0..usize::from(count))
                .map(|i| merkle::prove(leaves.clone(), i).iter().map(hex).collect::<Vec<_>>())
                .collect::<Vec<_>>(),
        })
    };
    (0..=9).map(tree).collect()
}

fn draws() -> Value {
    [(1u32, 1u32), (16, 16), (360, 64), (1_797, 64), (3, 4), (0, 0)]
        .map(|(size, count)| {
            let seed = hash(70 + count as u8);
            json!({ "seed": hex(seed), "size": size, "count": count, "indices": challenge::draw(seed, size, count) })
        })
        .into()
}

fn evaluations() -> Value {
    let samples: Vec<ChallengeSample> = (0..5u8)
        .map(|n| ChallengeSample {
            features: (0..16u8)
                .map(|f| f.wrapping_mul(37).wrapping_add(n.wrapping_mul(91)))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap(),
            label: n % 4,
        })
        .collect();
    let (r, z) = (field(80), field(81));
    json!({
        "samples": samples
            .iter()
            .map(|sample| json!({ "features": hex(&sample.features), "label": sample.label, "leaf": hex(sample.leaf()) }))
            .collect::<Vec<_>>(),
        "r": hex(r), "z": hex(z),
        "v": hex(challenge::evaluate(&samples, &r, &z).expect("both are canonical")),
    })
}

#[test]
fn the_encodings_are_those_of_the_shared_vectors() {
    let vectors = json!({
        "ops": ops(),
        "block": block(),
        "bindings": bindings(),
        "requests": requests(),
        "commitment": commitment(),
        "trainingProof": training_proof(),
        "trees": trees(),
        "draws": draws(),
        "evaluation": evaluations(),
    });
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&vectors).expect("JSON");
        std::fs::write(FILE, text + "\n").expect("the folder test/vectors exists");
    }
    let file = std::fs::read_to_string(FILE).expect("test/vectors/encodings.json");
    let expected: Value = serde_json::from_str(&file).expect("JSON");
    for (name, value) in vectors.as_object().expect("an object") {
        assert_eq!(Some(value), expected.get(name), "{name}");
    }
}
