// SPDX-License-Identifier: Apache-2.0
// What users of inference nodes import.
import '@training-ledger/runtime-types/require-node';

export { InferenceNodeError, type InferenceNodeErrorCode } from '../errors.ts';
export type { NodeFacts } from '../wire.ts';
export type { RequestOptions } from './http.ts';
export {
  askNode,
  type Feedback,
  type InteractionOptions,
  type NodeAnswer,
  nodeFacts,
  requestInteraction,
} from './interaction.ts';
