// SPDX-License-Identifier: Apache-2.0
// The way that messages to another chain take: from this chain's queue, by a channel that holds so much, to the target. While the
// channel is full, messages wait in the queue in their order; none is lost or refused for that.
import type { Option, u32, Vec } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import { request } from './connection.ts';

/** So many messages of so many bytes together. Several XCM of one block may travel as one message. */
export interface Load {
  readonly messages: number;
  readonly bytes: number;
}

/** The channel to another chain, as of the newest block. */
export interface SyncChannel {
  /** Para id of the chain at its end. */
  readonly target: number;
  /** Messages that wait on this chain until the channel has room for them. */
  readonly waiting: Load;
  /** Messages in the channel, which the target has not taken yet. */
  readonly underway: Load;
  /** What the channel holds at most. */
  readonly capacity: Load;
  /** Whether the target has asked this chain to send nothing for now: it has not processed what it took. */
  readonly isSuspended: boolean;
}

/**
 * The channel to another chain; undefined if none is open, and then sending fails with `userModelSync.ChannelNotOpen`.
 * @throws SdkError `NOT_CONNECTED`; `NOT_FOUND` if the chain is no parachain.
 */
export async function syncChannel(
  { api }: LedgerChain,
  target: number,
): Promise<SyncChannel | undefined> {
  const state = api.query['parachainSystem']?.['relevantMessagingState'];
  const queues = api.query['xcmpQueue']?.['outboundXcmpStatus'];
  if (state === undefined || queues === undefined) {
    throw new SdkError('NOT_FOUND', 'The chain has no channels.');
  }
  const [messaging, outbound] = (await request(() =>
    Promise.all([state(), queues()]),
  )) as unknown as [Option<MessagingState>, Vec<OutboundQueue>];
  const channels = messaging.isSome ? messaging.unwrap().egressChannels : [];
  const channel = channels.find(([para]) => para.toNumber() === target)?.[1];
  if (channel === undefined) return undefined;
  const queue = [...outbound].find(({ recipient }) => recipient.toNumber() === target);
  return {
    target,
    waiting: {
      messages: queue === undefined ? 0 : queue.lastIndex.toNumber() - queue.firstIndex.toNumber(),
      bytes: queue?.queuedBytes.toNumber() ?? 0,
    },
    underway: { messages: channel.msgCount.toNumber(), bytes: channel.totalSize.toNumber() },
    capacity: { messages: channel.maxCapacity.toNumber(), bytes: channel.maxTotalSize.toNumber() },
    isSuspended: queue?.state.isSuspended ?? false,
  };
}

/** `cumulus_pallet_parachain_system::relay_state_snapshot::MessagingStateSnapshot`, as far as it is read. */
interface MessagingState extends Codec {
  readonly egressChannels: readonly (readonly [
    u32,
    {
      readonly msgCount: u32;
      readonly totalSize: u32;
      readonly maxCapacity: u32;
      readonly maxTotalSize: u32;
    },
  ])[];
}

/** `cumulus_pallet_xcmp_queue::OutboundChannelDetails`, as far as it is read. */
interface OutboundQueue extends Codec {
  readonly recipient: u32;
  readonly state: { readonly isSuspended: boolean };
  readonly firstIndex: u32;
  readonly lastIndex: u32;
  readonly queuedBytes: u32;
}
