import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { COMMAND_LIMIT, probeCommand, splitQuestion, wrap } from '../../../src/domain/probe/command.ts';
import type { AskedFile } from '../../../src/domain/probe/question.ts';
import { globOf, NONCE, pathOf, question, runCommand } from '../../support/run-probe.ts';

const HASH = sha256(Buffer.from(''));
const files = (n: number): readonly AskedFile[] =>
  Array.from({ length: n }, (_, i) => ({ path: pathOf(`/etc/rsyslog.d/${i}-service.conf`), sha256: HASH }));

test('the wrapper holds nothing that a login shell would interpret', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      const command = wrap(Buffer.from(bytes).toString('latin1'), 'f /etc/a.conf .');
      expect(command).toMatch(
        /^sh -c 'eval "\$\(printf %b "\$0"\)"' '(?:[ -~](?<!['\\!])|\\0[0-3][0-7][0-7])*' 'f \/etc\/a\.conf \.'$/,
      );
    }),
  );
});

test('the wrapper gives the script back byte for byte', () => {
  const script = `printf %s 'a\\b'"\t!\xff $((1+1))"`;
  expect(runCommand(wrap(script, 'x'), { shell: ['bash'] }).toString('latin1')).toBe('a\\b\t!\xff 2');
});

describe('splitting', () => {
  test('what fits is asked at once', () => {
    const small = question({ files: files(20), globs: [globOf('/etc/rsyslog.d', '*.conf')] });
    expect(splitQuestion(small)).toEqual([small]);
  });

  test('what does not is asked in parts that all fit, in order and without loss', () => {
    const large = question({
      files: files(400),
      globs: [globOf('/etc/rsyslog.d', '*.conf'), globOf('/srv', '*')],
    });
    const parts = splitQuestion(large);
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map(part => probeCommand(part, NONCE).length))).toBeLessThanOrEqual(
      COMMAND_LIMIT,
    );
    expect(parts.flatMap(part => part.files)).toEqual(large.files);
    expect(parts.flatMap(part => part.globs)).toEqual(large.globs);
    expect(parts.every(part => part.found === 'name')).toBe(true);
  });

  test('a path that fits nowhere stands alone', () => {
    const long: AskedFile = { path: pathOf(`/${'x'.repeat(9000)}`), sha256: null };
    expect(
      splitQuestion(question({ files: [...files(1), long, ...files(2).slice(1)] })).map(p => p.files.length),
    ).toEqual([1, 1, 1]);
  });
});
