import { programPath } from './find-program.ts';
import { listenForSshd } from './inetd.ts';
import { isolation, nsenter } from './isolation.ts';
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts';

/** A running dropbear, in the place of a rig: its accounts, files and client key, but a port and a host key of its own. */
export interface Dropbear {
  readonly rig: Sshd;
  readonly port: number;
  /** One known_hosts line. */
  readonly knownHosts: string;
  readonly stop: () => Promise<void>;
}

/** Starts a dropbear beside an sshd with these options. */
export async function startDropbear(options: SshdOptions): Promise<Dropbear> {
  const rig = await startSshd(options);
  const printed = await rig.sh('dropbearkey -t ed25519 -f /run/dropbear_key 2>/dev/null');
  const publicKey = /^ssh-ed25519 \S+/m.exec(printed)?.[0];
  const enter = nsenter(isolation(), rig.keeper);
  const server = await listenForSshd([...enter, programPath('dropbear'), '-i', '-r', '/run/dropbear_key']);
  return {
    rig,
    port: server.port,
    knownHosts: `[127.0.0.1]:${server.port} ${publicKey}\n`,
    stop: async () => {
      server.close();
      await rig.stop();
      await server.stop();
    },
  };
}
