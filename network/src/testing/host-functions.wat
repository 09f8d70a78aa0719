;; SPDX-License-Identifier: Apache-2.0
;; A runtime whose entry points call the host functions that the ledger's runtime calls rarely or never: child storage, offchain
;; storage, logs, signatures. Values are a pointer in the lower 32 bits and a length in the upper ones.
(module
  (import "env" "memory" (memory 20))
  (import "env" "ext_logging_log_version_1" (func $log (param i32 i64 i64)))
  (import "env" "ext_logging_max_level_version_1" (func $max_level (result i32)))
  (import "env" "ext_misc_print_utf8_version_1" (func $print_utf8 (param i64)))
  (import "env" "ext_misc_print_num_version_1" (func $print_num (param i64)))
  (import "env" "ext_misc_print_hex_version_1" (func $print_hex (param i64)))
  (import "env" "ext_storage_set_version_1" (func $set (param i64 i64)))
  (import "env" "ext_storage_get_version_1" (func $get (param i64) (result i64)))
  (import "env" "ext_storage_append_version_1" (func $append (param i64 i64)))
  (import "env" "ext_storage_next_key_version_1" (func $next_key (param i64) (result i64)))
  (import "env" "ext_storage_clear_prefix_version_2" (func $clear_prefix (param i64 i64) (result i64)))
  (import "env" "ext_storage_start_transaction_version_1" (func $start_transaction))
  (import "env" "ext_storage_rollback_transaction_version_1" (func $rollback_transaction))
  (import "env" "ext_storage_commit_transaction_version_1" (func $commit_transaction))
  (import "env" "ext_default_child_storage_set_version_1" (func $child_set (param i64 i64 i64)))
  (import "env" "ext_default_child_storage_get_version_1" (func $child_get (param i64 i64) (result i64)))
  (import "env" "ext_default_child_storage_next_key_version_1" (func $child_next_key (param i64 i64) (result i64)))
  (import "env" "ext_offchain_index_set_version_1" (func $index_set (param i64 i64)))
  (import "env" "ext_offchain_index_clear_version_1" (func $index_clear (param i64)))
  (import "env" "ext_offchain_local_storage_get_version_1" (func $local_get (param i32 i64) (result i64)))
  (import "env" "ext_offchain_local_storage_set_version_1" (func $local_set (param i32 i64 i64)))
  (import "env" "ext_offchain_local_storage_compare_and_set_version_1"
    (func $local_compare_and_set (param i32 i64 i64 i64) (result i32)))
  (import "env" "ext_offchain_timestamp_version_1" (func $timestamp (result i64)))
  (import "env" "ext_offchain_random_seed_version_1" (func $random_seed (result i32)))
  (import "env" "ext_offchain_submit_transaction_version_1" (func $submit_transaction (param i64) (result i64)))
  (import "env" "ext_storage_proof_size_storage_proof_size_version_1" (func $proof_size (result i64)))
  (import "env" "ext_crypto_sr25519_verify_version_2" (func $verify (param i32 i64 i32) (result i32)))
  (global (export "__heap_base") i32 (i32.const 65536))

  ;; The version: host-functions, 1, spec 7, 1, two APIs, transactions 3, state 1.
  (data (i32.const 0x100)
    "\38host-functions\38host-functions\01\00\00\00\07\00\00\00\01\00\00\00\08\df\6a\cb\68\99\07\60\9b\05\00\00\00\37\e3\97\fc\7c\91\f5\e4\02\00\00\00\03\00\00\00\01")
  (data (i32.const 0x400) "target")
  (data (i32.const 0x410) "message")
  (data (i32.const 0x420) "child")
  (data (i32.const 0x430) "key-a")
  (data (i32.const 0x440) "key-b")
  (data (i32.const 0x450) "value")
  (data (i32.const 0x460) "other")
  (data (i32.const 0x470) "key")
  ;; No limit.
  (data (i32.const 0x490) "\00")
  ;; At most one.
  (data (i32.const 0x4a0) "\01\01\00\00\00")

  (func (export "Core_version") (param i32 i32) (result i64)
    (i64.const 0x0000004800000100))

  (func (export "logs") (param i32 i32) (result i64)
    (call $log (i32.const 1) (i64.const 0x0000000600000400) (i64.const 0x0000000700000410))
    (call $log (i32.const 4) (i64.const 0x0000000600000400) (i64.const 0x0000000500000450))
    (call $print_utf8 (i64.const 0x0000000700000410))
    (call $print_num (i64.const 42))
    (call $print_hex (i64.const 0x0000000500000450))
    (call $answer_u32 (call $max_level)))

  (func (export "main_storage") (param i32 i32) (result i64)
    (call $set (i64.const 0x0000000500000430) (i64.const 0x0000000500000450))
    (call $append (i64.const 0x0000000500000440) (i64.const 0x0000000500000460))
    (drop (call $get (i64.const 0x0000000500000430)))
    (call $next_key (i64.const 0x0000000500000430)))

  (func (export "read_storage") (param i32 i32) (result i64)
    (call $get (i64.const 0x0000000500000430)))

  (func (export "clear_all") (param i32 i32) (result i64)
    (call $clear_prefix (i64.const 0x0000000300000470) (i64.const 0x0000000100000490)))

  (func (export "clear_one") (param i32 i32) (result i64)
    (call $clear_prefix (i64.const 0x0000000300000470) (i64.const 0x00000005000004a0)))

  (func (export "transactions") (param i32 i32) (result i64)
    (call $start_transaction)
    (call $set (i64.const 0x0000000500000430) (i64.const 0x0000000500000450))
    (call $rollback_transaction)
    (call $start_transaction)
    (call $set (i64.const 0x0000000500000440) (i64.const 0x0000000500000460))
    (call $commit_transaction)
    (call $get (i64.const 0x0000000500000430)))

  (func (export "child_storage") (param i32 i32) (result i64)
    (call $child_set (i64.const 0x0000000500000420) (i64.const 0x0000000500000430) (i64.const 0x0000000500000450))
    (drop (call $child_get (i64.const 0x0000000500000420) (i64.const 0x0000000500000440)))
    (call $child_next_key (i64.const 0x0000000500000420) (i64.const 0x0000000300000470)))

  (func (export "offchain_index") (param i32 i32) (result i64)
    (call $index_set (i64.const 0x0000000500000430) (i64.const 0x0000000500000450))
    (call $index_clear (i64.const 0x0000000500000440))
    (i64.const 0))

  (func (export "offchain_worker") (param i32 i32) (result i64)
    (call $local_set (i32.const 0) (i64.const 0x0000000500000430) (i64.const 0x0000000500000450))
    (drop (call $local_compare_and_set
      (i32.const 0) (i64.const 0x0000000500000430) (i64.const 0x0000000500000450) (i64.const 0x0000000500000460)))
    (drop (call $local_compare_and_set
      (i32.const 0) (i64.const 0x0000000500000430) (i64.const 0x0000000500000450) (i64.const 0x0000000700000410)))
    (drop (call $submit_transaction (i64.const 0x0000000500000460)))
    (call $local_get (i32.const 0) (i64.const 0x0000000500000440)))

  (func (export "offchain_time") (param i32 i32) (result i64)
    (i64.store (i32.const 0x600) (call $timestamp))
    (i64.const 0x0000000800000600))

  (func (export "offchain_seed") (param i32 i32) (result i64)
    (i64.or (i64.extend_i32_u (call $random_seed)) (i64.const 0x0000002000000000)))

  (func (export "proof_size") (param i32 i32) (result i64)
    (i64.store (i32.const 0x600) (call $proof_size))
    (i64.const 0x0000000800000600))

  ;; Of the input, a signature of "message" and a public key.
  (func (export "signature") (param $at i32) (param i32) (result i64)
    (call $answer_u32
      (call $verify
        (local.get $at) (i64.const 0x0000000700000410) (i32.add (local.get $at) (i32.const 64)))))

  (func (export "echo") (param $at i32) (param $length i32) (result i64)
    (i64.or
      (i64.extend_i32_u (local.get $at))
      (i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 32))))

  (func (export "stops") (param i32 i32) (result i64)
    (call $log (i32.const 0) (i64.const 0x0000000600000400) (i64.const 0x0000000700000410))
    (unreachable))

  (func (export "answers_outside_of_memory") (param i32 i32) (result i64)
    (i64.const 0x00000005fffffff0))

  (func $answer_u32 (param $value i32) (result i64)
    (i32.store (i32.const 0x600) (local.get $value))
    (i64.const 0x0000000400000600)))
