// SPDX-License-Identifier: Apache-2.0
// Keys of a node. As with zombienet, a node holds the keys of its name: node `alice` those of `//Alice`, which is how a collator is
// matched with the session keys in its chain spec. Such keys are public knowledge: they are for local networks.
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyring } from '@polkadot/keyring';
import { u8aConcat } from '@polkadot/util';
import { base58Encode, cryptoWaitReady, encodeAddress } from '@polkadot/util-crypto';

/** Keys of a relay chain's validator as its genesis takes them: SS58 addresses. */
export interface ValidatorKeys {
  /** Account that holds the deposit. */
  readonly stash: string;
  readonly session: Readonly<Record<string, string>>;
}

/** Key of a node in the peer-to-peer network. */
export interface NodeKey {
  /** Seed of the Ed25519 key, 32 bytes. */
  readonly seed: Uint8Array;
  /** The libp2p peer id. */
  readonly peerId: string;
}

type Scheme = 'sr25519' | 'ed25519' | 'ecdsa';

/** Session keys of the relay chain: name in the genesis, key type of the keystore (4 letters), scheme. */
const RELAY_SESSION_KEYS: readonly (readonly [name: string, type: string, scheme: Scheme])[] = [
  ['grandpa', 'gran', 'ed25519'],
  ['babe', 'babe', 'sr25519'],
  ['para_validator', 'para', 'sr25519'],
  ['para_assignment', 'asgn', 'sr25519'],
  ['authority_discovery', 'audi', 'sr25519'],
  ['beefy', 'beef', 'ecdsa'],
];

/** Session keys of a ledger parachain. */
const COLLATOR_SESSION_KEYS = [['aura', 'aura', 'sr25519']] as const;

/** Address format of development chains. */
const SS58 = 42;
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Identity multihash of a protobuf that says: Ed25519 public key, 32 bytes. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);

/** The secret URI of a node's keys. */
export const uriOf = (name: string): string => `//${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The account of a node's name. */
export async function addressOf(name: string): Promise<string> {
  await cryptoWaitReady();
  return new Keyring({ type: 'sr25519', ss58Format: SS58 }).addFromUri(uriOf(name)).address;
}

/** Keys of a validator. */
export async function validatorKeys(name: string): Promise<ValidatorKeys> {
  await cryptoWaitReady();
  const pair = (scheme: Scheme, path = '') =>
    new Keyring({ type: scheme, ss58Format: SS58 }).addFromUri(`${uriOf(name)}${path}`);
  return {
    stash: pair('sr25519', '//stash').address,
    session: Object.fromEntries(
      RELAY_SESSION_KEYS.map(([key, , scheme]) => {
        const { publicKey, address } = pair(scheme);
        // BEEFY's address holds the public key itself and not, as an account does, its hash.
        return [key, scheme === 'ecdsa' ? encodeAddress(publicKey, SS58) : address];
      }),
    ),
  };
}

/** Writes a node's session keys into its keystore: a file per key, named by type and public key, that holds the secret URI. */
export async function writeKeystore(
  directory: string,
  name: string,
  kind: 'validator' | 'collator',
): Promise<void> {
  await cryptoWaitReady();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const keys = kind === 'validator' ? RELAY_SESSION_KEYS : COLLATOR_SESSION_KEYS;
  for (const [, type, scheme] of keys) {
    const { publicKey } = new Keyring({ type: scheme }).addFromUri(uriOf(name));
    const file = `${Buffer.from(type).toString('hex')}${Buffer.from(publicKey).toString('hex')}`;
    await writeFile(join(directory, file), JSON.stringify(uriOf(name)), { mode: 0o600 });
  }
}

/** The peer-to-peer key of a name, the same in every run. */
export function nodeKey(name: string): NodeKey {
  const seed = createHash('sha256').update(`training-ledger/local-network/${name}`).digest();
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Buffer.from(x as string, 'base64url');
  return { seed, peerId: base58Encode(u8aConcat(PEER_ID_PREFIX, publicKey)) };
}
