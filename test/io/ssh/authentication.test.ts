// Who is offered to a real sshd, in which order, by whom it is signed, and what is asked of a person.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureText } from '../../../src/domain/failure-text.ts';
import { isFailure } from '../../../src/engine/ports.ts';
import type { Terminal } from '../../../src/io/ssh/passphrases.ts';
import { type Agent, startAgent, startFakeAgent } from '../../support/agent.ts';
import { connectTo, type Reach, run } from '../../support/connecting.ts';
import { createKeyDir, type KeyDir } from '../../support/key-dir.ts';
import { needs, needsOwnEtc } from '../../support/programs.ts';
import { type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts';
import { createToken } from '../../support/token.ts';
import { keyText } from '../../support/wire-key.ts';

const { describe } = needs('sshd', 'ssh-keygen', 'ssh-agent', 'ssh-add');
const own = needsOwnEtc('ssh-agent', 'ssh-add');

const PASSPHRASE = 'open sesame';
let keys: KeyDir;
/** Takes the keys `good` and `locked`, and certificates by `ca`. */
let sshd: Sshd;

const authorized = (): SshdOptions => ({
  files: {
    '/etc/authorized': {
      type: 'file',
      content: `${keys.text('good.pub')}${keys.text('second.pub')}cert-authority ${keys.text('ca.pub')}`,
      mode: 0o644,
    },
  },
  config: ['AuthorizedKeysFile /etc/authorized'],
});

beforeAll(async () => {
  keys = createKeyDir();
  const names = ['good', 'second', 'ca', 'certified', 'bad1', 'bad2', 'bad3', 'bad4', 'bad5', 'bad6'];
  await Promise.all(names.map(name => keys.make(name, '-t', 'ed25519')));
  await keys.make('certified-rsa', '-t', 'rsa', '-b', '2048');
  await Promise.all([keys.certify('certified', 'ca'), keys.certify('certified-rsa', 'ca')]);
  await keys.converted('locked', 'good', '-N', PASSPHRASE);
  sshd = await startSshd(authorized());
});
afterAll(async () => {
  await sshd.stop();
  keys.remove();
});

const reach = (more: Partial<Reach>, server: Sshd = sshd): Reach => ({
  host: server.host,
  port: server.port,
  user: server.user,
  knownHosts: server.knownHosts,
  ...more,
});
const files = (...names: readonly string[]): Pick<Reach, 'identityFiles'> => ({
  identityFiles: names.map(name => ({ path: keys.path(name), named: true })),
});

/** Runs with an agent that holds these keys. */
async function withAgent(names: readonly string[], use: (agent: Agent) => Promise<void>): Promise<void> {
  const agent = await startAgent();
  try {
    if (names.length > 0) await agent.add(names.map(name => keys.path(name)));
    await use(agent);
  } finally {
    await agent.stop();
  }
}

/** What the server logged about keys since a moment: one line for each that was offered. */
async function offersDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = sshd.log().length;
  await work();
  await sshd.idle();
  return sshd
    .log()
    .slice(before)
    .split('\n')
    .filter(line => /^(Accepted|Failed|Postponed) publickey/.test(line))
    .map(line => line.split(' ').slice(0, 2).join(' '));
}

/** A person who gives these answers, one after the other, and then no more. */
function person(...answers: readonly (string | null)[]): Terminal & { readonly asked: string[] } {
  const asked: string[] = [];
  const left = [...answers];
  return {
    asked,
    ask: async question => {
      asked.push(question);
      return left.shift() ?? null;
    },
  };
}

describe('files', () => {
  test('are signed with at once, wrong ones too: one request each', async () => {
    const offers = await offersDuring(async () => {
      expect(await run(reach(files('bad1', 'good')), 'true')).toBe('0');
    });
    expect(offers.filter(line => line.startsWith('Accepted'))).toEqual(['Accepted publickey']);
    expect(offers).not.toContain('Postponed publickey');
  });

  test('at most five are offered; the failure says that there are more', async () => {
    const all = ['bad1', 'bad2', 'bad3', 'bad4', 'bad5', 'bad6', 'good'];
    const failure = await connectTo(reach(files(...all)));
    expect(failure).toMatchObject({ code: 'ssh/auth-refused', untried: 2 });
    if (isFailure(failure)) expect(failureText(failure).message).toContain('bad5 and left 2 more');
  });

  test('more keys than the server has patience for', async () => {
    const server = await startSshd({ ...authorized(), config: ['MaxAuthTries 2'] });
    expect(await run(reach(files('bad1', 'bad2', 'bad3'), server), 'true')).toBe('ssh/too-many-attempts');
    await server.stop();
  });

  test('a certificate beside the key is offered first; the plain key is not authorised', async () => {
    expect(await run(reach(files('certified')), 'true')).toBe('0');
    expect(await run(reach(files('certified-rsa')), 'true')).toBe('0');
  });

  test('a certificate elsewhere is named, and a key in a variable is certified by it', async () => {
    const certificate = keys.write('elsewhere', keys.text('certified-cert.pub'));
    const privateKey = keys.text('certified');
    const variable = reach({ privateKey });
    expect(await run(variable, 'true')).toBe('ssh/auth-refused');
    expect(await run({ ...variable, certificateFiles: [certificate] }, 'true')).toBe('0');
  });

  test('what lies beside a key and belongs to another is told when the key is refused', async () => {
    keys.write('beside', keys.text('bad1'));
    keys.write('beside.pub', keys.text('bad2.pub'));
    keys.write('beside-cert.pub', keys.text('certified-cert.pub'));
    const failure = await connectTo(reach(files('beside')));
    if (!isFailure(failure)) throw new Error('connected');
    const path = keys.path('beside');
    expect([failure.code, failureText(failure).message]).toEqual([
      'ssh/auth-refused',
      expect.stringContaining(
        `; ${path}.pub is the public half of another key than ${path}; certificate ${path}-cert.pub does not match private key ${path}`,
      ),
    ]);
    // It is nothing to keep a key from being let in.
    keys.write('beside', keys.text('good'));
    expect(await run(reach(files('beside')), 'true')).toBe('0');
  });

  test('an encrypted key that is not the one of its .pub is not offered', async () => {
    await keys.make('ec', '-t', 'ecdsa');
    await keys.converted('unlike', 'ec', '-m', 'PEM', '-N', 'open sesame');
    keys.write('unlike.pub', keys.text('bad1.pub'));
    const failure = await connectTo(reach({ ...files('unlike'), passphrase: 'open sesame' }));
    expect(failure).toMatchObject({
      code: 'ssh/key-unusable',
      detail: `its contents do not match ${keys.path('unlike.pub')}, the public half of another key`,
    });
  });

  test('a FIDO key file needs an agent, and a .pub file too; both failures say so', async () => {
    // Its public half is real, its private half a handle that only a token understands.
    const sk = keys.write('id_sk.pub', SK_PUBLIC);
    const [fido, pub] = await Promise.all([
      connectTo(reach({ identityFile: sk })),
      connectTo(reach({ identityFile: keys.path('good.pub') })),
    ]);
    if (!isFailure(fido) || !isFailure(pub)) throw new Error('connected');
    expect(failureText(fido).message).toContain('FIDO key (sk-ssh-ed25519@openssh.com)');
    expect(failureText(fido).hint).toBe(`Put the key into your agent: ssh-add ${keys.path('id_sk')}`);
    expect(failureText(pub).message).toContain('no agent has its private half');
  });
});

const SK_PUBLIC =
  'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAAAABHNzaDo= token\n';

describe('an agent', () => {
  test('has the only key: it is signed with at once', () =>
    withAgent(['good'], async agent => {
      const offers = await offersDuring(async () => {
        expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('0');
      });
      expect(offers).toEqual(['Accepted publickey']);
    }));

  test('has several: the server is asked first', () =>
    withAgent(['bad1', 'bad2', 'good'], async agent => {
      const offers = await offersDuring(async () => {
        expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('0');
      });
      expect(offers.filter(line => line !== 'Failed publickey')).toEqual([
        'Postponed publickey',
        'Accepted publickey',
      ]);
    }));

  test('has an RSA key and a certificate', () =>
    withAgent(['certified-rsa'], async agent => {
      expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('0');
    }));

  test('has the private half of a .pub file, and with IdentitiesOnly nothing else is offered', () =>
    withAgent(['bad1', 'bad2', 'bad3', 'bad4', 'bad5', 'good'], async agent => {
      const only = { identityAgent: agent.path, identitiesOnly: true };
      expect(await run(reach({ ...only, ...files('good.pub') }), 'true')).toBe('0');
      // Preferred without IdentitiesOnly, too, though five others stand before it.
      expect(await run(reach({ identityAgent: agent.path, ...files('good.pub') }), 'true')).toBe('0');
      expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('ssh/auth-refused');
    }));

  test('has the key of an encrypted file: nobody is asked for the passphrase', () =>
    withAgent(['good'], async agent => {
      const terminal = person();
      const asked = reach({ identityAgent: agent.path, ...files('locked'), terminal });
      expect(await run(asked, 'true')).toBe('0');
      expect(terminal.asked).toEqual([]);
    }));

  test('is not asked where SSH_PRIVATE_KEY is set', () =>
    withAgent(['good'], async agent => {
      const privateKey = keys.text('bad1');
      expect(await run(reach({ identityAgent: agent.path, privateKey }), 'true')).toBe('ssh/auth-refused');
    }));

  test('is locked: a file does, and without one the failure says what may be wrong', () =>
    withAgent(['good'], async agent => {
      await agent.add(['-x'], 'secret');
      expect(await run(reach({ identityAgent: agent.path, ...files('good') }), 'true')).toBe('0');
      const failure = await connectTo(reach({ identityAgent: agent.path, ...files('bad1') }));
      if (!isFailure(failure)) throw new Error('connected');
      expect(failureText(failure).message).toContain('has no keys, or is locked');
    }));

  test('is told not to sign: a warning, and a file does', async () => {
    const agent = await startAgent('no');
    await agent.add(['-c', keys.path('good')]);
    const connection = await connectTo(reach({ identityAgent: agent.path, ...files('second') }));
    if (isFailure(connection)) throw new Error(connection.code);
    connection.close();
    expect(connection.warnings).toEqual([
      expect.stringMatching(/^the SSH agent did not sign for good .*refused/),
    ]);
    await agent.stop();
  });

  test('asks, and is told to sign', async () => {
    const agent = await startAgent('yes');
    await agent.add(['-c', keys.path('good')]);
    expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('0');
    await agent.stop();
  });

  test('is not there: a warning, and a file does', async () => {
    const connection = await connectTo(reach({ identityAgent: keys.path('nothing'), ...files('good') }));
    if (isFailure(connection)) throw new Error(connection.code);
    connection.close();
    expect(connection.warnings).toEqual([
      `the SSH agent at ${keys.path('nothing')} was passed over: no such socket`,
    ]);
  });

  test.each<[string, Buffer]>([
    ['closes at once', Buffer.alloc(0)],
    ['speaks something else', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['promises more keys than it sends', Buffer.from('000000050cffffffff', 'hex')],
    ['fails', Buffer.from('0000000105', 'hex')],
  ])('%s: a warning, and a file does', async (_, answer) => {
    const agent = await startFakeAgent(socket => void socket.end(answer));
    const connection = await connectTo(reach({ identityAgent: agent.path, ...files('good') }));
    if (isFailure(connection)) throw new Error(connection.code);
    connection.close();
    expect(connection.warnings).toEqual([expect.stringContaining('was passed over')]);
    await agent.stop();
  });

  test('never answers: after five seconds a warning, once for all servers', async () => {
    const agent = await startFakeAgent(() => {});
    const started = performance.now();
    const connection = await connectTo(reach({ identityAgent: agent.path, ...files('good') }));
    if (isFailure(connection)) throw new Error(connection.code);
    connection.close();
    expect(connection.warnings).toEqual([expect.stringContaining('no answer in 5 s')]);
    expect(performance.now() - started).toBeLessThan(15_000);
    await agent.stop();
  });
});

describe('a FIDO key', () => {
  test('in an agent is offered, after a question, and its signature passed on as it is', async () => {
    const token = createToken();
    const agent = await startFakeAgent(token.serve);
    const line = `${keyText(token.blob)} token`;
    const server = await startSshd({
      files: { '/etc/authorized': { type: 'file', content: `${line}\n`, mode: 0o644 } },
      config: ['AuthorizedKeysFile /etc/authorized'],
    });
    expect(await run(reach({ identityAgent: agent.path }, server), 'true')).toBe('0');
    expect(token.touches()).toBe(1);
    // A server that does not know the key: the token's owner is not bothered.
    expect(await run(reach({ identityAgent: agent.path }), 'true')).toBe('ssh/auth-refused');
    expect(token.touches()).toBe(1);
    await Promise.all([server.stop(), agent.stop()]);
  });
});

describe('a person at a terminal', () => {
  test('is asked for a passphrase when the server wants the key, once for all servers', async () => {
    const terminal = person(PASSPHRASE);
    const { createConnect } = await import('../../../src/io/ssh/connect.ts');
    const { createIdentities } = await import('../../../src/io/ssh/identities.ts');
    const { createKnownHosts } = await import('../../../src/io/known-hosts-files.ts');
    const { destinationOf } = await import('../../support/connecting.ts');
    const connect = createConnect({
      knownHosts: createKnownHosts(sshd.knownHosts),
      identities: createIdentities({ privateKey: null, passphrase: null, terminal }),
      terminal,
      env: {},
    });
    const destination = destinationOf(reach(files('locked')));
    const all = await Promise.all([1, 2, 3].map(() => connect(destination, new AbortController().signal)));
    for (const connection of all) {
      if (isFailure(connection)) throw new Error(connection.code);
      connection.close();
    }
    expect(terminal.asked).toEqual([`Enter passphrase for key '${keys.path('locked')}': `]);
  });

  test('is not asked for the passphrase of a key that the server does not want', async () => {
    await keys.converted('locked-bad', 'bad1', '-N', PASSPHRASE);
    const terminal = person();
    expect(await run(reach({ ...files('locked-bad', 'good'), terminal }), 'true')).toBe('0');
    expect(terminal.asked).toEqual([]);
  });

  test('may err twice; the third time it is said', async () => {
    const twice = person('a', 'b', PASSPHRASE);
    expect(await run(reach({ ...files('locked'), terminal: twice }), 'true')).toBe('0');
    expect(twice.asked[1]).toMatch(/^Bad passphrase, try again for /);
    const thrice = person('a', 'b', 'c', PASSPHRASE);
    const failure = await connectTo(reach({ ...files('locked'), terminal: thrice }));
    if (!isFailure(failure)) throw new Error('connected');
    expect(failureText(failure).message).toContain(`${keys.path('locked')}: wrong passphrase`);
    expect(thrice.asked).toHaveLength(3);
  });

  test('may take longer than the deadline', async () => {
    const terminal: Terminal = {
      ask: () => new Promise(resolve => setTimeout(() => resolve(PASSPHRASE), 1_600)),
    };
    expect(await run(reach({ ...files('locked'), terminal, timeoutMs: 1_500 }), 'true')).toBe('0');
  });
});

const SECRET = 'correct horse';
/** A server with a password for root, and these lines. */
async function withPassword(config: readonly string[], use: (server: Sshd) => Promise<void>): Promise<void> {
  const server = await startSshd({ config: ['PermitRootLogin yes', ...config] });
  try {
    await server.sh(`printf 'root:%s\\n' '${SECRET}' | chpasswd -c SHA256`);
    await use(server);
  } finally {
    await server.stop();
  }
}

own.describe('several steps', () => {
  test('key and password', () =>
    withPassword(['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'], async server => {
      const { identityFile } = server;
      const terminal = person('wrong', SECRET);
      expect(await run(reach({ identityFile, terminal }, server), 'true')).toBe('0');
      expect(terminal.asked).toEqual([
        '(root@127.0.0.1) password: ',
        'Permission denied, please try again.\n(root@127.0.0.1) password: ',
      ]);
      // Nobody to ask: the failure says what the server wants.
      const failure = await connectTo(reach({ identityFile }, server));
      if (!isFailure(failure)) throw new Error('connected');
      const { message, hint } = failureText(failure);
      expect(message).toContain('was accepted, but the server wants more: password');
      expect(hint).toContain('run it on a terminal');
    }));

  test('a password is never asked for before the keys are through, and Ctrl-D ends it', () =>
    withPassword(['PasswordAuthentication yes'], async server => {
      const terminal = person(null);
      const failure = await connectTo(reach({ ...files('bad1'), terminal }, server));
      expect(failure).toMatchObject({ code: 'ssh/auth-refused', offered: [keys.path('bad1')] });
      expect(terminal.asked).toHaveLength(1);
      const patient = person(SECRET);
      expect(await run(reach({ ...files('bad1'), terminal: patient }, server), 'true')).toBe('0');
      await server.idle();
      expect(server.log()).not.toMatch(/none for root/);
    }));

  test('key and keyboard-interactive, by PAM', () =>
    withPassword(
      [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
      async server => {
        await server.sh(
          'printf "auth required pam_unix.so\\naccount required pam_permit.so\\nsession required pam_permit.so\\n" >/etc/pam.d/sshd',
        );
        const { identityFile } = server;
        const terminal = person('wrong', SECRET);
        expect(await run(reach({ identityFile, terminal }, server), 'true')).toBe('0');
        expect(terminal.asked[0]).toBe('(root@127.0.0.1) Password: ');
        expect(await run(reach({ identityFile }, server), 'true')).toBe('ssh/auth-refused');
      },
    ));

  test('two keys', async () => {
    const server = await startSshd({
      ...authorized(),
      config: ['AuthorizedKeysFile /etc/authorized', 'AuthenticationMethods publickey,publickey'],
    });
    expect(await run(reach(files('bad1', 'good', 'second'), server), 'true')).toBe('0');
    expect(await run(reach(files('good', 'bad1'), server), 'true')).toBe('ssh/auth-refused');
    await server.stop();
  });
});
