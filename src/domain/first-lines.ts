const MOST_LISTED = 10;

/** The lines of an error that has many: at most ten, then how many more there are. */
export function firstLines(lines: readonly string[]): string {
  const rest = lines.length - MOST_LISTED;
  return (rest > 0 ? [...lines.slice(0, MOST_LISTED), `… and ${rest} more`] : lines).join('\n');
}
