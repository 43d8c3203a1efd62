/** True for a day that exists, written `YYYY-MM-DD`: not 2027-02-29. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // Date.parse lets some days that do not exist slip into the next month.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
