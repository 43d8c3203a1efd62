import { expect, test } from 'vitest';
import { quoteGitPath } from '../../src/domain/git-path.ts';

// As `git -c core.quotePath=true diff` quotes names, except that blanks and other signs make it quote, too.
test.each([
  ['files/rsyslog.d/30-lab_1.conf', 'files/rsyslog.d/30-lab_1.conf'],
  ['a@b%c+d=e:f,g', 'a@b%c+d=e:f,g'],
  ['a b', '"a b"'],
  ['a\tb\nc\rd', '"a\\tb\\nc\\rd"'],
  ['say "x" \\ y', '"say \\"x\\" \\\\ y"'],
  ['[x]{1}~', '"[x]{1}~"'],
  ['\x01\x07\x7f', '"\\001\\007\\177"'],
  ['gr\xc3\xb6\xc3\x9fe', '"gr\\303\\266\\303\\237e"'],
  ['a\n', '"a\\n"'],
  ['\na', '"\\na"'],
  ['', '""'],
])('%j is written as %s', (path, quoted) => {
  expect(quoteGitPath(path)).toBe(quoted);
});
