import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openTerminal } from '../../src/cli/terminal.ts';

function fake() {
  const events = new EventEmitter();
  let written = '';
  let raw = false;
  let interrupts = 0;
  const input = {
    setRawMode: (on: boolean) => {
      raw = on;
    },
    on: (event: 'data', listener: (chunk: Buffer) => void) => events.on(event, listener),
    off: (event: 'data', listener: (chunk: Buffer) => void) => events.off(event, listener),
    resume: () => {},
    pause: () => {},
  };
  let rawAtQuestion: boolean | null = null;
  const output = {
    write: (text: string) => {
      rawAtQuestion ??= raw && events.listenerCount('data') === 1;
      written += text;
    },
  };
  const interrupt = (): void => {
    interrupts += 1;
  };
  return {
    terminal: openTerminal({ input, output, interrupt }),
    /** Types once somebody reads. */
    type: async (text: string) => {
      while (events.listenerCount('data') === 0) await Promise.resolve();
      events.emit('data', Buffer.from(text));
    },
    written: () => written,
    raw: () => raw,
    rawAtQuestion: () => rawAtQuestion,
    interrupts: () => interrupts,
  };
}

test.each([
  ['a secret is not shown', 'secret\r', false, 'secret', 'Q: \n'],
  ['an open answer is', 'yes\r', true, 'yes', 'Q: yes\n'],
  [
    'backspace takes one character back, whatever its bytes',
    'a\u00e9\u20ac\x7f\x7fb\n',
    true,
    'ab',
    'Q: a\u00e9\u20ac\b \b\b \bb\n',
  ],
  ['backspace has nothing to take back at the start', '\x7fa\r', true, 'a', 'Q: a\n'],
  ['Ctrl-U takes all back', 'wrong\x15right\r', false, 'right', 'Q: \n'],
  ['Ctrl-D at the start declines', '\x04', false, null, 'Q: \n'],
  ['Ctrl-D later does nothing', 'a\x04b\r', false, 'ab', 'Q: \n'],
])('%s', async (_, keys, echo, answer, written) => {
  const it = fake();
  const asked = it.terminal.ask('Q: ', { echo });
  await it.type(keys);
  expect(await asked).toBe(answer);
  expect(it.written()).toBe(written);
  expect(it.raw()).toBe(false);
});

test('one question after the other', async () => {
  const it = fake();
  const both = [it.terminal.ask('1: ', { echo: false }), it.terminal.ask('2: ', { echo: false })];
  await it.type('one\r');
  expect(await both[0]).toBe('one');
  await it.type('two\r');
  expect(await both[1]).toBe('two');
  expect(it.written()).toBe('1: \n2: \n');
});

test('Ctrl-C ends the run, this question, and all that wait', async () => {
  const it = fake();
  const both = Promise.all([
    it.terminal.ask('1: ', { echo: false }),
    it.terminal.ask('2: ', { echo: false }),
  ]);
  await it.type('abc\x03');
  expect(await both).toEqual([null, null]);
  expect(it.interrupts()).toBe(1);
  expect(it.raw()).toBe(false);
  expect(it.written()).toBe('1: \n');
});

test('closing gives up an open question', async () => {
  const it = fake();
  const asked = it.terminal.ask('Q: ', { echo: false });
  await it.type('abc');
  it.terminal.close();
  expect(await asked).toBe(null);
  expect(await it.terminal.ask('again: ', { echo: false })).toBe(null);
});

test('echo is off before the question is shown: whoever types at once is not overheard', async () => {
  const { terminal, type, rawAtQuestion } = fake();
  const answer = terminal.ask('Q: ', { echo: false });
  await type('secret\r');
  expect([await answer, rawAtQuestion()]).toEqual(['secret', true]);
});
