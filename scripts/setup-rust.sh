#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes this machine able to build the runtime: a Rust compiler with core and alloc for wasm32v1-none.
# With a rustup that may download, that is one command; else Debian's compiler builds the two crates itself (a minute).
set -euo pipefail

target=wasm32v1-none
has_target() { ls "$("$1" --print target-libdir --target "$target" 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1; }

if command -v rustc >/dev/null && has_target "$(command -v rustc)"; then
  echo "rustc has $target already"; exit 0
fi
if command -v rustup >/dev/null && rustup target add "$target" >/dev/null 2>&1; then
  echo "rustup added $target"; exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "Install Rust 1.88 or newer with the target $target, for example: rustup target add $target" >&2; exit 1
fi

export DEBIAN_FRONTEND=noninteractive
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
$sudo apt-get install -y -qq rustc-web cargo-web rust-web-src lld-22 protobuf-compiler clang libclang-dev >/dev/null
export PATH=/usr/bin:$PATH
command -v rust-lld >/dev/null || $sudo ln -sf "$(command -v wasm-ld-22)" /usr/local/bin/rust-lld
if ! has_target /usr/bin/rustc; then
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  mkdir "$work/src"
  printf '[package]\nname = "sysroot"\nversion = "0.0.0"\nedition = "2021"\n[profile.release]\npanic = "abort"\n' > "$work/Cargo.toml"
  printf '#![no_std]\nextern crate alloc;\n' > "$work/src/lib.rs"
  # Bitcode beside the machine code: link-time optimisation of the runtime needs it.
  (cd "$work" && RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' \
    /usr/bin/cargo build --quiet --release --target "$target" -Z build-std=core,alloc)
  library=/usr/lib/rustlib/$target/lib
  $sudo mkdir -p "$library"
  find "$work/target/$target/release/deps" -name '*.rlib' ! -name 'libsysroot-*' -exec $sudo cp {} "$library/" \;
fi
echo "$(/usr/bin/rustc --version) has $target"
