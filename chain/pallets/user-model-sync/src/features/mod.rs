// SPDX-License-Identifier: Apache-2.0
mod answers;
mod batch;
mod fees;
mod governance;
mod history;
mod receive;
mod requests;
mod tree;
mod verify;
