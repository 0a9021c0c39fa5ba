const LESS_THAN = 0x3c;
const SPACE = 0x20;
/** Byte order marks of UTF-8 and of both kinds of UTF-16. */
const BYTE_ORDER_MARKS: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** True when the first byte that is neither space nor byte order mark is `<`. */
export function looksLikeXml(body: Uint8Array): boolean {
  const mark = BYTE_ORDER_MARKS.find((bytes) => bytes.every((byte, index) => body[index] === byte));
  const first = body.subarray(mark?.length ?? 0).find((byte) => byte > SPACE);
  return first === LESS_THAN;
}
