import type { StatusRecord } from './status-record.ts';

/** Characters of a search that are looked at. */
const LONGEST = 200;

/** Tells records in which every word occurs: in repository, server, reason or file names, in any case. */
export function searchOf(text: string): (record: StatusRecord) => boolean {
  const words = text.slice(0, LONGEST).toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return ({ repo, server, reason, files }) => {
    const line = [repo, server, reason ?? '', ...files.map(({ name }) => name)].join('\n').toLowerCase();
    return words.every(word => line.includes(word));
  };
}
