// SPDX-License-Identifier: Apache-2.0
// Channels between the parachains, opened by the relay chain's sudo. A parachain that starts with open channels does not produce
// blocks with this release of the SDK, so they are opened when all of them do.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { NetworkError } from './errors.ts';

/** A channel from one parachain to another. */
export type Channel = readonly [sender: number, recipient: number];

/** `HrmpChannelId` of the relay chain. */
interface ChannelId {
  readonly sender: number;
  readonly recipient: number;
}

/** Part of the relay chain's `HostConfiguration`: messages that wait in a channel at most, and bytes of one. */
interface Limits {
  readonly hrmpChannelMaxCapacity: number;
  readonly hrmpChannelMaxMessageSize: number;
}

/** Holds the development relay chain's sudo. */
const SUDO = '//Alice';

/** Every channel between `paraIds`. */
export function channelsBetween(paraIds: readonly number[]): Channel[] {
  return paraIds.flatMap((from) =>
    paraIds.filter((to) => to !== from).map((to) => [from, to] as const),
  );
}

/** The relay chain, for channels. */
export class RelayChannels {
  readonly #api: ApiPromise;

  private constructor(api: ApiPromise) {
    this.#api = api;
  }

  static async connect(endpoint: string): Promise<RelayChannels> {
    const provider = new WsProvider(endpoint);
    return new RelayChannels(await ApiPromise.create({ provider, noInitWarn: true }));
  }

  /**
   * Asks for channels as large as the relay chain allows; they open with the relay chain's next session.
   * @throws NetworkError `CHANNEL_REFUSED`
   */
  async request(channels: readonly Channel[]): Promise<void> {
    const { hrmp, sudo, utility } = this.#api.tx;
    const config = await this.#api.query['configuration']?.['activeConfig']?.();
    const limits = config?.toJSON() as unknown as Limits;
    const calls = channels.map(([from, to]) =>
      hrmp?.['forceOpenHrmpChannel']?.(
        from,
        to,
        limits.hrmpChannelMaxCapacity,
        limits.hrmpChannelMaxMessageSize,
      ),
    );
    const call = sudo?.['sudo']?.(utility?.['batchAll']?.(calls));
    if (call === undefined) throw refused('The relay chain has no sudo.');
    const signer = new Keyring({ type: 'sr25519' }).addFromUri(SUDO);
    await new Promise<void>((resolve, reject) => {
      call
        .signAndSend(signer, ({ status, isError, events, dispatchError }) => {
          if (isError) reject(refused(`The transaction is ${status.type}.`));
          // polkadot-js may leave out the first of the two if the second comes soon after it.
          if (!status.isInBlock && !status.isFinalized) return;
          const done = events.find(({ event }) => event.method === 'Sudid');
          const outcome = done?.event.data[0]?.toHuman();
          if (dispatchError === undefined && outcome === 'Ok') resolve();
          else reject(refused(JSON.stringify(dispatchError?.toHuman() ?? outcome)));
        })
        .catch(reject);
    });
  }

  /** The channels that are open. */
  async open(): Promise<Channel[]> {
    const entries = await this.#api.query['hrmp']?.['hrmpChannels']?.keys();
    return (entries ?? []).map(({ args }) => {
      const id = args[0]?.toJSON() as unknown as ChannelId;
      return [id.sender, id.recipient];
    });
  }

  async disconnect(): Promise<void> {
    await this.#api.disconnect();
  }
}

function refused(details: string): NetworkError {
  return new NetworkError('CHANNEL_REFUSED', 'The channels cannot be opened.', { details });
}
