import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gatherWrites } from '../../../src/io/ssh/gather-writes.ts';

/** A stream that notes down what reaches the system, one text for each call. */
function noted(): { readonly stream: Duplex; readonly calls: string[] } {
  const calls: string[] = [];
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      calls.push(String(chunk));
      done();
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  gatherWrites(stream);
  return { stream, calls };
}

test('what is written in one turn is one call, in order', async () => {
  const { stream, calls } = noted();
  for (const piece of ['length ', 'payload ', 'tag']) stream.write(piece);
  await Promise.resolve().then(() => stream.write(' and the next packet'));
  await turn();
  stream.write('later');
  await turn();
  expect(calls).toEqual(['length payload tag and the next packet', 'later']);
});

test('the end waits for nothing, and loses nothing', () => {
  const { stream, calls } = noted();
  for (const piece of ['dis', 'connect']) stream.write(piece);
  stream.end();
  expect(calls).toEqual(['disconnect']);
});
