const UNIT_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2 } as const;

/** What {@link parseByteSize} reads, for schemas. KB and MB are left out: half of the world means 1000, half 1024. */
export const BYTE_SIZE = /^(\d{1,10}) ?(B|KiB|MiB)$/;

/** Bytes of `4096B`, `512KiB` or `1 MiB`; null if the text is anything else. */
export function parseByteSize(text: string): number | null {
  const match = BYTE_SIZE.exec(text);
  return match ? Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES] : null;
}
