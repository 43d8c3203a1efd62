// Public keys that are well-formed and belong to nobody.

/** Byte strings, each after its length. */
export const wire = (...strings: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    strings.flatMap(s => {
      const bytes = Buffer.from(s as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

const point = (size: number, seed: number): Buffer => Buffer.concat([Buffer.of(4), Buffer.alloc(size, seed)]);

/** A key of the type; keys with different seeds (1 to 127) differ. */
export function wireKey(type: string, seed: number): Buffer {
  const fields: Readonly<Record<string, readonly (string | Buffer)[]>> = {
    'ssh-ed25519': [Buffer.alloc(32, seed)],
    'ecdsa-sha2-nistp256': ['nistp256', point(64, seed)],
    'ecdsa-sha2-nistp384': ['nistp384', point(96, seed)],
    'ecdsa-sha2-nistp521': ['nistp521', point(132, seed)],
    'ssh-rsa': [Buffer.of(1, 0, 1), Buffer.alloc(256, 0x40 + seed)],
    'ssh-dss': [Buffer.alloc(128, 9), Buffer.alloc(20, 9), Buffer.alloc(128, 9), Buffer.alloc(128, seed)],
    'sk-ssh-ed25519@openssh.com': [Buffer.alloc(32, seed), 'ssh:'],
    'sk-ecdsa-sha2-nistp256@openssh.com': ['nistp256', point(64, seed), 'ssh:'],
  };
  const values = fields[type];
  if (values === undefined) throw new Error(`no such key type: ${type}`);
  return wire(type, ...values);
}

/** Type and base64, as they stand in a known_hosts line. */
export const keyText = (blob: Buffer): string =>
  `${blob.toString('latin1', 4, 4 + blob.readUInt32BE(0))} ${blob.toString('base64')}`;
