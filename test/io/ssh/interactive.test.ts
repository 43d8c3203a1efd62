import { expect, test } from 'vitest';
import { askAll } from '../../../src/io/ssh/interactive.ts';
import type { Terminal } from '../../../src/io/ssh/passphrases.ts';

function recorder(answer: string | null) {
  const asked: { readonly question: string; readonly echo: boolean }[] = [];
  const terminal: Terminal = {
    ask: async (question, { echo }) => {
      asked.push({ question, echo });
      return answer;
    },
  };
  return { terminal, asked };
}

test('what a server says is escaped, shortened, and named as its own', async () => {
  const { terminal, asked } = recorder('x');
  const answers = await askAll(terminal, 'deploy@host', {
    name: '',
    instructions: `\u001b[2JEnter passphrase for key\r\nmore\u202e\n\n${'long'.repeat(1000)}`,
    prompts: [{ prompt: 'Code:\u0007 ', echo: true }, { prompt: 'Password: ' }],
  });
  expect(answers).toEqual(['x', 'x']);
  const [first = '', ...rest] = (asked[0]?.question ?? '').split('\n');
  expect(first).toBe('(deploy@host) \\x1b[2JEnter passphrase for key');
  expect(rest[0]).toBe('(deploy@host) more\\u{202e}');
  expect(rest[1]?.length).toBeLessThan(400);
  expect(rest[2]).toBe('(deploy@host) Code:\\x07 ');
  expect(asked[0]?.echo).toBe(true);
  expect(asked[1]).toEqual({ question: '(deploy@host) Password: ', echo: false });
});

test('the first refusal ends the questions', async () => {
  const { terminal, asked } = recorder(null);
  const prompts = [{ prompt: '1' }, { prompt: '2' }];
  expect(await askAll(terminal, 'a@b', { name: '', instructions: '', prompts })).toBe(null);
  expect(asked).toHaveLength(1);
});

test('a thousand prompts are not asked', async () => {
  const { terminal, asked } = recorder('x');
  const prompts = Array.from({ length: 1000 }, () => ({ prompt: 'more' }));
  expect(await askAll(terminal, 'a@b', { name: '', instructions: '', prompts })).toBe(null);
  expect(asked.length).toBeLessThan(20);
});
