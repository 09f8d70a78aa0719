// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0
use crate::frames::{Fields, Frame, Malformed, read_frame};

fn message(bytes: &[u8]) -> String {
    read_frame(&mut &bytes[..], 8).unwrap_err().to_string()
}

#[test]
fn frames_are_read_one_after_the_other() {
    let mut input = &b"\x02\0\0\0ab\0\0\0\0\x01\0\0\0c"[..];
    assert_eq!(read_frame(&mut input, 8).unwrap().unwrap(), b"ab");
    assert_eq!(read_frame(&mut input, 8).unwrap().unwrap(), b"");
    assert_eq!(read_frame(&mut input, 8).unwrap().unwrap(), b"c");
    assert!(read_frame(&mut input, 8).unwrap().is_none());
}

#[test]
fn a_frame_that_is_too_long_is_refused_before_it_is_read() {
    assert_eq!(message(b"\x09\0\0\0"), "a frame of 9 bytes, longer than 8");
    assert_eq!(message(b"\xff\xff\xff\xff"), "a frame of 4294967295 bytes, longer than 8");
}

#[test]
fn an_input_that_ends_inside_of_a_frame_is_refused() {
    assert_eq!(message(b"\x04\0\0\0ab"), "the input ends 2 bytes into a frame of 4");
    assert_eq!(message(b"\x04\0"), "failed to fill whole buffer");
}

#[test]
fn what_is_written_is_read() {
    let mut frame = Frame::new(5, 77);
    frame.bytes(b"abc");
    frame.option(None);
    frame.option(Some(b"d"));
    frame.list([1, 2].iter(), |frame, item| frame.u32(*item));
    let bytes = frame.finish().unwrap();
    let content = read_frame(&mut &bytes[..], 100).unwrap().unwrap();
    let mut fields = Fields::new(&content);
    assert_eq!((fields.u8(), fields.u32()), (Ok(5), Ok(77)));
    assert_eq!(fields.bytes(), Ok(&b"abc"[..]));
    assert_eq!((fields.option(), fields.option()), (Ok(None), Ok(Some(&b"d"[..]))));
    assert_eq!(fields.list(Fields::u32), Ok(vec![1, 2]));
    assert_eq!(fields.end(), Ok(()));
}

#[test]
fn fields_that_are_cut_short_or_make_no_sense_are_malformed() {
    let malformed = |message: &str| Malformed(message.into());
    assert_eq!(Fields::new(b"\x01\0\0").u32(), Err(malformed("4 bytes must follow where 3 are left")));
    assert_eq!(Fields::new(b"\x02\0\0\0a").bytes(), Err(malformed("2 bytes must follow where 1 are left")));
    assert_eq!(Fields::new(b"\x02").flag(), Err(malformed("2 where 0 or 1 must be")));
    assert_eq!(Fields::new(b"\x01\0\0\0\xff").text(), Err(malformed("a text that is not UTF-8")));
    let endless = Fields::new(b"\xff\xff\xff\xff\0").list(Fields::u8);
    assert_eq!(endless, Err(malformed("a list of 4294967295 items in 1 bytes")));
    assert_eq!(Fields::new(b"a").end(), Err(malformed("1 bytes too many")));
}
