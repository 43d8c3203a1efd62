/** One place of a pattern: `*` for a run of any length, one character that stands for itself, or a test of one. */
export type Place = string | ((char: string) => boolean);

/** The place of a `?`. */
export const ANY: Place = () => true;

/**
 * True if the places cover the whole text. On a mismatch only the last `*` takes one more character: an earlier one could not
 * do better, so the time is at most the product of both lengths, whatever the pattern. A regular expression would try them
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
    } else if (typeof place === 'function' ? place(text[at] as string) : place === text[at]) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++starAt;
    } else return false;
  }
  return places.slice(p).every(place => place === '*');
}
