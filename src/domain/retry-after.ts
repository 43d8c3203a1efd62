// The Retry-After header: seconds, or one of the three date forms that RFC 9110 section 5.6.7 obliges a recipient to
// read. Date.parse() is not used: it takes the asctime form for local time, and accepts much that is no HTTP date.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

const FORMS: readonly RegExp[] = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/** Milliseconds to wait from `now`, at least 0; null for a missing or malformed header. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = httpDate(value, now);
  return at === null ? null : Math.max(0, at - now.getTime());
}

function httpDate(value: string, now: Date): number | null {
  const parts = FORMS.map(form => form.exec(value)?.groups).find(groups => groups !== undefined);
  if (parts === undefined) return null;
  const month = MONTHS.indexOf(parts.month ?? '');
  const number = (name: string): number => Number(parts[name]);
  const [day, hour, minute, second] = [number('day'), number('hour'), number('minute'), number('second')];
  const midnight = new Date(Date.UTC(year(number('year'), now), month, day));
  // 60 is a leap second; everything else that does not exist would be taken for a later time that does.
  if (month === -1 || midnight.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) return null;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** A year of two digits means the past one with these digits if it would be more than 50 years ahead (RFC 9110). */
function year(digits: number, now: Date): number {
  if (digits > 99) return digits;
  const full = now.getUTCFullYear() - (now.getUTCFullYear() % 100) + digits;
  return full > now.getUTCFullYear() + 50 ? full - 100 : full;
}
