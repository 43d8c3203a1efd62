import { base85 } from '../../../src/domain/git-binary-patch.ts';
import { blobId } from '../../../src/domain/git-object.ts';
import { quoteGitPath } from '../../../src/domain/git-path.ts';
import { diffFile, hunksOf } from '../../../src/domain/line-diff.ts';
import { parseTree } from '../../../src/io/commit-tree.ts';
import { parseLog } from '../../../src/io/git-log.ts';
import { patchFile } from '../../../src/render/patch-file.ts';
import { createStyle } from '../../../src/render/style.ts';
import { unifiedDiff } from '../../../src/render/unified-diff.ts';
import { applyHunks } from '../../support/apply-hunks.ts';
import { must, printable, same, type Target } from '../target.ts';

const ID = 'a'.repeat(40);
const HEAD = `${ID}\n${'b'.repeat(40)} ${'c'.repeat(40)}\n1767268800\nAnn\nsubject\0`;

/** Output of `git log --raw -z` and `git ls-tree -rz`: names and texts are a committer's. */
export const gitLogTarget: Target = {
  name: 'git-log',
  seeds: [
    `${HEAD}\n:100644 100644 ${ID} ${ID} M\0files/x\0${HEAD}`,
    `${HEAD}\0::100644 100644 100644 ${ID} ${ID} ${ID} MM\0x\0:100644 100644 ${ID} ${ID} R087\0old\0new\0`,
    `100644 blob ${ID}\tfiles/a b\x00120000 blob ${ID}\tlink\0`,
  ],
  words: [
    '\0',
    '\n',
    ':',
    '::',
    ' R100',
    ' D',
    '120000',
    '160000',
    ID,
    '\x1b[31m',
    '\xff',
    '99999999999999999',
  ],
  run: input => {
    for (const { id, parents, date, author, subject, changes } of parseLog(input)) {
      must(/^[0-9a-f]{40,64}$/.test(id), () => `id ${id}`);
      must(date.toISOString().length === 24, () => 'a date that no report can hold');
      must([...author].length <= 201 && [...subject].length <= 201, () => 'a long text');
      must(
        parents.length <= input.length && changes.every(({ path }) => !path.includes('\0')),
        () => 'a strange change',
      );
    }
    for (const { mode } of parseTree(input).values()) must(!mode.includes('\0'), () => 'a strange mode');
  },
};

/** Two versions of a file, parted by a line of their own: what differs, applied to one, gives the other. */
export const diffTarget: Target = {
  name: 'diff',
  seeds: [
    'a\nb\nc\n\n=\na\nB\nc\nd',
    '\n=\nnew\n',
    'same\n\n=\nsame\n',
    'x\r\n\x80\n\n=\nx\n\x80\n',
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n\n=\n1\n3\n4\n5\n6\n7\n9\n',
  ],
  words: [
    '\n=\n',
    '\n',
    '\r\n',
    '\\ No newline at end of file\n',
    '-',
    '+',
    '@@ -1 +1 @@\n',
    '\x1b]0;x\x07',
    '\0',
    'password="x"\n',
    '\xe2\x80\xae',
  ],
  run: input => {
    const text = input.toString('latin1');
    const at = text.indexOf('\n=\n');
    const [git, server] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 3)];
    for (const context of [0, 3]) {
      const hunks = hunksOf({ git, server }, context);
      if (hunks !== null) same(applyHunks(git, hunks), server, `with ${context} lines around`);
    }
    const bytes = { git: Buffer.from(git, 'latin1'), server: Buffer.from(server, 'latin1') };
    const diff = diffFile({ ...bytes, context: 1, redact: null });
    for (const line of unifiedDiff(diff, { git, server }, createStyle(false)))
      printable(line.replaceAll('\t', ''));
    if (diff.kind === 'text' && !bytes.git.equals(bytes.server))
      must(diff.added + diff.removed > 0, () => 'a difference that is none');
    const sides = [bytes.git, bytes.server].map(side => ({
      path: git.slice(0, 20),
      mode: '100644' as const,
      bytes: side,
    }));
    const [from, to] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const patch = patchFile({ from, to }, 'sha1', []).text;
    must(!/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(patch), () => 'a patch with control characters');
    must(git === server || patch.includes(blobId(bytes.server, 40)), () => 'a patch to something else');
    must(/^"?[!-~ ]*"?$/.test(quoteGitPath(text)), () => 'a name that is not ASCII');
    must(base85(bytes.git).length === Math.ceil(bytes.git.length / 4) * 5, () => 'digits are missing');
  },
};
