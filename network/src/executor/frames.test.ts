// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { FrameReader, FrameSplitter, FrameWriter, MAX_FRAME } from './frames.ts';

const length = (bytes: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(bytes);
  return buffer;
};

describe('a frame', () => {
  test('is read as it was written', () => {
    const writer = new FrameWriter();
    writer
      .u8(7)
      .u32(0xffff_ffff)
      .u64(2 ** 40)
      .text('ä')
      .hex('0x00ff')
      .option(null)
      .option('0x01');
    const bytes = writer.list([1, 2, 3], (item) => writer.u8(item)).finish();
    const [content] = new FrameSplitter().push(bytes) as [Buffer];
    const reader = new FrameReader(content);
    expect([reader.u8(), reader.u32()]).toEqual([7, 0xffff_ffff]);
    expect([reader.u32(), reader.u32()]).toEqual([0, 256]);
    expect([reader.text(), reader.hex()]).toEqual(['ä', '0x00ff']);
    expect(reader.option(() => reader.hex())).toBeUndefined();
    expect(reader.option(() => reader.hex())).toBe('0x01');
    expect(reader.list(() => reader.u8())).toEqual([1, 2, 3]);
  });

  test.each(['12', '0x1', '0xzz', '0x12z4', ''])('takes %j for no hex', (text) => {
    expect(() => new FrameWriter().hex(text)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    );
  });

  test('that gets too long is refused', () => {
    const writer = new FrameWriter(12).hex('0x0011223344556677');
    expect(() => writer.u8(0)).toThrow(expect.objectContaining({ code: 'REQUEST_TOO_LONG' }));
  });

  test('that ends before its last field is nonsense', () => {
    for (const content of [Buffer.of(1, 0, 0), Buffer.of(9, 0, 0, 0, 1)]) {
      expect(() => new FrameReader(content).bytes()).toThrow(
        expect.objectContaining({ code: 'EXECUTOR_ANSWER' }),
      );
    }
  });

  test('with an endless list is nonsense', () => {
    const reader = new FrameReader(Buffer.from('ffffffff01', 'hex'));
    expect(() => reader.list(() => reader.u8())).toThrow(
      expect.objectContaining({ code: 'EXECUTOR_ANSWER' }),
    );
  });
});

describe('a stream', () => {
  test('is cut into the same frames however it comes', () => {
    const contents = ['', 'a', 'bc'.repeat(40), '', 'd'].map((text) => Buffer.from(text));
    const stream = Buffer.concat(contents.flatMap((content) => [length(content.length), content]));
    for (const size of [1, 2, 3, 5, 64, stream.length]) {
      const splitter = new FrameSplitter();
      const found: string[] = [];
      for (let at = 0; at < stream.length; at += size) {
        found.push(...splitter.push(stream.subarray(at, at + size)).map(String));
      }
      expect(found).toEqual(contents.map(String));
    }
  });

  test('with a frame that is too long is nonsense', () => {
    expect(new FrameSplitter().push(length(MAX_FRAME))).toEqual([]);
    expect(() => new FrameSplitter().push(length(MAX_FRAME + 1))).toThrow(
      expect.objectContaining({ code: 'EXECUTOR_ANSWER' }),
    );
  });
});
