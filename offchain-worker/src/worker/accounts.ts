// SPDX-License-Identifier: Apache-2.0
import { addressEq } from '@polkadot/util-crypto';

/** Whether an account of the chain is this one: the same key has another address for each chain's prefix. */
export const isAccount = (account: string | undefined, address: string): boolean =>
  account !== undefined && addressEq(account, address);
