import type { Hunk } from '../../src/domain/line-diff.ts';

/** What a reader of the diff who has Git's file would write down as the server's; throws where a hunk does not fit. */
export function applyHunks(git: string, hunks: readonly Hunk[]): string {
  const lines = git.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const start = hunk.gitLines === 0 ? hunk.gitStart : hunk.gitStart - 1;
    result.push(...lines.slice(at, start));
    fits(result.length, hunk.serverLines === 0 ? hunk.serverStart : hunk.serverStart - 1, 'its place');
    const full = hunk.lines.map(({ sign, text, unfinished }) => ({
      sign,
      text: unfinished ? text : `${text}\n`,
    }));
    const old = full.filter(line => line.sign !== '+').map(line => line.text);
    fits(old, lines.slice(start, start + hunk.gitLines), 'lines of Git');
    const server = full.filter(line => line.sign !== '-').map(line => line.text);
    fits(server.length, hunk.serverLines, 'number of lines');
    result.push(...server);
    at = start + hunk.gitLines;
  }
  return [...result, ...lines.slice(at)].join('');
}

function fits(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [actual, expected].map(value => JSON.stringify(value));
  if (a !== b) throw new Error(`${what} in a hunk: ${a}, where ${b} fits`);
}
