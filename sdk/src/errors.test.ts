// SPDX-License-Identifier: Apache-2.0
import { ImmutabilityError } from '@training-ledger/protocol';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { describe, expect, it } from 'vitest';
import { SdkError } from './errors.ts';

describe('errors of the SDK', () => {
  it('are errors with a name and a code', () => {
    const error = new SdkError('CONTENT_NOT_FOUND', 'There is none.');
    expect(error).toBeInstanceOf(LedgerError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'SdkError',
      code: 'CONTENT_NOT_FOUND',
      message: 'There is none.',
      details: undefined,
      hint: undefined,
    });
    expect('cause' in error).toBe(false);
  });

  it('say details and a hint, and keep their cause to themselves', () => {
    const cause = new Error('secret');
    const error = new SdkError('NOT_CONNECTED', 'Not a CID.', {
      details: 'It is empty.',
      hint: 'Write one.',
      cause,
    });
    expect(error.message).toBe('Not a CID. It is empty. Write one.');
    expect(error.cause).toBe(cause);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'SdkError',
      code: 'NOT_CONNECTED',
      message: 'Not a CID.',
      details: 'It is empty.',
      hint: 'Write one.',
    });
  });

  it('are found along the causes', () => {
    const inner = new ImmutabilityError('Somebody tried.');
    const outer = new SdkError('STATE_MISMATCH', 'No export.', {
      cause: new Error('x', { cause: inner }),
    });
    expect(outer.walk((error) => error instanceof ImmutabilityError)).toBe(inner);
    expect(outer.walk((error) => error instanceof TypeError)).toBeUndefined();
  });

  it('of changed records have a class of their own', () => {
    const error = new ImmutabilityError('Somebody tried to change x.');
    expect(error).toBeInstanceOf(LedgerError);
    expect(error).toMatchObject({ name: 'ImmutabilityError', code: 'IMMUTABLE' });
    expect(error.message).toContain('Somebody tried to change x.');
  });
});
