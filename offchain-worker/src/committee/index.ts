// SPDX-License-Identifier: Apache-2.0
// The key committee: who makes the collective key and opens sums.
export { type DealtShare, type OpenDealingOptions, openDealing } from './check-dealing.ts';
export { type CollectiveKeyOptions, collectivePublicKey } from './collective-key.ts';
export type { CommitteeFacts } from './committee.ts';
export { type DealOptions, deal } from './dealing.ts';
export { CommitteeError } from './errors.ts';
export { type Complaint, encodeEvidence, type Judgement, judge } from './judge.ts';
export type { KeyPartSum } from './key-part.ts';
export { type MemberKey, memberKey, parseMemberKey } from './member-key.ts';
export { nameWrongShares, type OpenedShares, suspectShares } from './name-wrong-shares.ts';
export { type Opening, openKeySum } from './open-key-sum.ts';
export {
  type AttemptPart,
  type PartialDecryption,
  type PartialDecryptionOptions,
  parsePartialDecryption,
  partialDecryption,
} from './partial-decryption.ts';
export { type Refreshment, refreshKeyPart } from './refresh.ts';
