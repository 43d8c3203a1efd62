const MOST_LISTED = 10;

/** The lines of an error that has many: at most ten, then how many more there are. */
export const firstLines = (lines: readonly string[]): string => firstShown(lines, line => line);

/** As {@link firstLines}, of what only becomes a line when it is listed; `more` were counted and not kept. */
export function firstShown<T>(items: readonly T[], show: (item: T) => string, more = 0): string {
  const listed = items.slice(0, MOST_LISTED).map(show);
  const rest = items.length - listed.length + more;
  return (rest > 0 ? [...listed, `… and ${rest} more`] : listed).join('\n');
}
