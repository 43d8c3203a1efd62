// The data types of RFC 4251 section 5, as far as keys and authentication need them: strings after a length in four bytes.

/** A string of the wire: its length, then its bytes; text as UTF-8. */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const packed = Buffer.alloc(4 + bytes.length);
  packed.writeUInt32BE(bytes.length);
  bytes.copy(packed, 4);
  return packed;
}

/** An unsigned number as `mpint`: no needless leading zeros, but one where the first bit is set. */
export function wireNumber(unsigned: Uint8Array): Buffer {
  let from = 0;
  while (from < unsigned.length && unsigned[from] === 0) from++;
  const digits = Buffer.from(unsigned.subarray(from));
  return wireString((digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** `count` strings from an offset on and where they end; null if the bytes do not hold that many. */
export function readStrings(
  bytes: Buffer,
  count: number,
  from = 0,
): { readonly strings: readonly Buffer[]; readonly end: number } | null {
  const strings: Buffer[] = [];
  let at = from;
  while (strings.length < count) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    strings.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { strings, end: at };
}
