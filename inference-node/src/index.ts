// SPDX-License-Identifier: Apache-2.0
// The inference node as a library, and its client.
import '@training-ledger/runtime-types/require-node';

export * from './client/index.ts';
export { registeredKey, registerNode } from './registration.ts';
export { DEFAULT_LIMITS, type NodeLimits } from './service/limits.ts';
export { type InteractionPayload, interactionPayload } from './service/receipts.ts';
export { InferenceService, type InferenceServiceOptions } from './service/service.ts';
export {
  type AnswerRequest,
  type AnswerResponse,
  type ErrorResponse,
  FORMAT,
  type ReceiptRequest,
  type ReceiptResponse,
} from './wire.ts';
