/** One place of a pattern: a run of any length, or a test of one character. */
export type Place = '*' | ((char: string) => boolean);

/**
 * True if the places cover the whole text; `*` covers no slash. On a mismatch only the last `*` takes one more character: an
 * earlier one could not do better, so the time is at most the product of both lengths. A regular expression would try them
 * all, and a server that makes up a name of some thousand characters would stop the whole program.
 */
export function matchesPlaces(places: readonly Place[], text: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const place = places[p];
    if (place === '*') {
      star = p++;
      starAt = at;
    } else if (place?.(text[at] as string)) {
      p++;
      at++;
    } else if (star >= 0 && text[starAt] !== '/') {
      p = star + 1;
      at = ++starAt;
    } else return false;
  }
  return places.slice(p).every(place => place === '*');
}
