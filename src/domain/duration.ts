const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What {@link parseDuration} reads, for schemas. */
export const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;

/** A day: no wait is longer, and timers of Node overflow at 24 days. */
const LONGEST_MS = 86_400_000;

/** Milliseconds of `500ms`, `10s`, `1.5m` or `1h`; null if the text is anything else, zero or more than a day. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const ms = Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
  return ms >= 1 && ms <= LONGEST_MS ? ms : null;
}
