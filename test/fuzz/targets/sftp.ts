import { createPacketReader } from '../../../src/io/ssh/sftp/packets.ts';
import { fieldsOf, Garbled, readExtensions, readReply } from '../../../src/io/ssh/sftp/replies.ts';
import { wire } from '../../support/wire-key.ts';
import { must, same, type Target } from '../target.ts';

const packet = (type: number, ...parts: readonly Buffer[]): Buffer =>
  wire(Buffer.concat([Buffer.of(type, 0, 0, 0, 7), ...parts]));
const number = (value: number): Buffer => Buffer.of(0, 0, value >> 8, value & 255);
const ATTRIBUTES = Buffer.concat([
  number(15),
  Buffer.alloc(8, 0),
  number(1),
  number(2),
  number(33188),
  number(3),
  number(4),
]);

/** What an SFTP server sends, in whatever pieces it comes. */
export const sftpTarget: Target = {
  name: 'sftp',
  seeds: [
    Buffer.concat([packet(101, number(2), wire('no such file', '')), packet(102, wire('handle'))]),
    packet(104, number(2), wire('a.conf', '-rw'), ATTRIBUTES, wire('..', ''), number(0)),
    Buffer.concat([packet(105, ATTRIBUTES), packet(103, wire('contents')), packet(201, number(9))]),
    wire(Buffer.concat([Buffer.of(2, 0, 0, 0, 3), wire('limits@openssh.com', '1')])),
    'This account is not available.\n',
  ],
  words: ['\0\0\0\x01', '\0\x04\0\0', '\xff\xff\xff\xff', '\x80\0\0\0', '../', '\0\0\0\x05\x65'],
  run: input => {
    const whole = packets([input]);
    const bytes = [...input].map(byte => Buffer.of(byte));
    same(packets(bytes), whole, 'byte by byte');
    same(
      packets([input.subarray(0, input.length / 2), input.subarray(input.length / 2)]),
      whole,
      'in halves',
    );
    for (const read of whole.received) {
      const fields = fieldsOf(read.subarray(1));
      garbledOr(() => {
        fields.uint32();
        const reply = readReply(read[0] ?? 0, fields);
        if (reply.kind === 'names')
          for (const name of reply.names)
            must(!/[/\0]/.test(name) && name !== '' && name !== '..', () => `name ${name}`);
        if (reply.kind === 'data') must(reply.bytes.length < read.length, () => 'more than was sent');
      });
      garbledOr(() => readExtensions(fieldsOf(read.subarray(5))));
    }
  },
};

function packets(chunks: readonly Buffer[]): {
  readonly received: readonly Buffer[];
  readonly garbled: string | null;
} {
  const received: Buffer[] = [];
  const read = createPacketReader(packet => void received.push(Buffer.from(packet)));
  for (const chunk of chunks) {
    const garbled = garbledOr(() => read(chunk));
    // How much of a text has come by then decides how much of it is told.
    if (garbled !== null) return { received, garbled: garbled.replace(/,.*/s, '') };
  }
  return { received, garbled: null };
}

function garbledOr(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof Garbled)) throw error;
    return error.message;
  }
}
