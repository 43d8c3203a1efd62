// The shape of inventory.yaml, as people write it. One source for the parser and for `sshdrift schema`; what the values
// mean and which defaults of a server come from where is decided in resolve-inventory.ts.

import * as z from 'zod';
import {
  date,
  duration,
  fileSize,
  fingerprint,
  host,
  hostProblem,
  jumpList,
  listOf,
  localPath,
  loginName,
  mapOf,
  mode,
  oneOrMore,
  orQuote,
  port,
  remoteDirectory,
  serverName,
  text,
  watched,
  word,
} from './inventory-values.ts';
import { parseKeyGlob } from './redact-keys.ts';

const ssh = mapOf({
  user: loginName
    .describe('Login name.')
    .meta({ examples: ['deploy'] })
    .optional(),
  port: port.describe('Port of sshd.').meta({ default: 22 }).optional(),
  identity_file: localPath
    .describe('Private key: absolute, below ~/ or relative to this file.')
    .meta({ examples: ['~/.ssh/id_ed25519'] })
    .optional(),
  known_hosts: oneOrMore(localPath, 'must be a file, or a list of files')
    .describe('Files with the host keys of the servers; default: those of OpenSSH.')
    .optional(),
  host_key_policy: word(['yes', 'accept-new'])
    .describe('yes: only known host keys. accept-new: also learn those of new servers, never a changed one.')
    .meta({ default: 'yes' })
    .optional(),
  connect_timeout: duration
    .describe('How long connecting may take.')
    .meta({ default: '10s', examples: ['500ms', '10s', '2m'] })
    .optional(),
  timeout: duration
    .describe('Deadline for one server, from connecting to the last byte of its answer.')
    .meta({ default: '30s' })
    .optional(),
  jump: jumpList
    .describe(
      'Connect through this server: another one of the inventory, or [user@]host[:port]; several with commas between. none: straight.',
    )
    .meta({ examples: ['bastion', 'me@bastion.example.net:2222'] })
    .optional(),
  become: word(['none', 'sudo', 'doas'])
    .describe('Runs the probe as root, for files that the login may not read.')
    .meta({ default: 'none' })
    .optional(),
}).describe('How to reach a server. What a server says in its own `ssh` wins, key by key.');

const files = oneOrMore(localPath, 'must be a directory of Git copies, or a list of them').describe(
  'Directory of Git copies, or a list of layers of which later ones win; files/rsyslog.d/x.conf is the copy of ROOT/rsyslog.d/x.conf.',
);

const root = remoteDirectory.describe('Directory on the servers that `files` mirrors.');

const watch = listOf(watched, 'must be a list of paths and globs').describe(
  'What is compared: absolute paths, and globs with wildcards in their last component.',
);

const unmanaged = word(['drift', 'strict', 'report', 'ignore']).describe(
  'Files on a server that Git does not know. drift: they count, unless a package shipped them unchanged; strict: all count; report: listed only; ignore: silent.',
);

const ignore = z
  .array(
    mapOf({
      path: watched.describe('Path or glob to leave out.'),
      reason: text(/\S/, 'must say in a few words why').describe('Why; stands in every report.'),
      until: date
        .describe('Last day on which this holds.')
        .meta({ examples: ['2027-06-30'] })
        .optional(),
    }),
    { error: 'must be a list of {path, reason, until}' },
  )
  .describe('What is left out of the comparison, accountably.');

const REDACT_RULE = 'must be the name of a key, like lab_code; * stands for any characters, not for all';
const redact = z
  .array(
    z
      .string({ error: orQuote(REDACT_RULE) })
      .regex(/^[\w.$*-]{1,100}$/, { error: REDACT_RULE })
      .refine(name => parseKeyGlob(name) !== null, { error: REDACT_RULE }),
    { error: 'must be a list of names of keys' },
  )
  .max(100, { error: 'must be at most 100 names' })
  .describe(
    'Names of keys whose values are secrets, besides those that sshdrift knows. Upper case, lower case and . _ - $ make no difference; * stands for any characters.',
  )
  .meta({ examples: [['lab_code', 'acme*pin']] });

const account = text(/^[^\s:\p{Cc}]+$/u, 'must be the name of an account');
const expect = mapOf({
  owner: account.describe('Name of the owner.').optional(),
  group: account.describe('Name of the group.').optional(),
  mode: mode
    .describe('Octal digits, in quotes.')
    .meta({ examples: ['0644'] })
    .optional(),
}).describe('Owner, group and mode that every compared file must have.');

const maxFileSize = fileSize
  .describe('Larger files are compared by hash and not transferred.')
  .meta({ examples: ['512KiB', '1MiB'] });

const service = text(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/, 'must be the name of a process').describe(
  'The process that reads the files: if it has run since before they changed, a hint says so.',
);

const server = mapOf({
  host: host.describe('Host name or address; default: the name of the server.').optional(),
  host_key: oneOrMore(fingerprint, 'must be a fingerprint like SHA256:…, or a list of them')
    .describe('Pinned host key, as ssh-keygen -lf prints it; then known_hosts is not asked.')
    .optional(),
  labels: z
    .record(
      text(/^[^\s=,\p{Cc}]+$/u, 'a label name holds no space, "=" or ","'),
      text(/^[^\p{Cc}]*$/u, 'must be text'),
      { error: 'must be a map of texts' },
    )
    .describe('For `--select KEY=VALUE`.')
    .optional(),
  ssh: ssh.optional(),
  files: files.optional(),
  root: root.optional(),
  watch: watch.optional(),
  unmanaged: unmanaged.optional(),
  ignore: ignore.describe('Left out on this server, in addition to the `ignore` for all.').optional(),
  expect: expect.describe('Wins over the `expect` for all, key by key.').optional(),
  max_file_size: maxFileSize.optional(),
  service: service.optional(),
}).describe('One server; empty if its name is its host.');

const NO_SERVER = 'must be a map with at least one server, like {web1: {host: 192.0.2.10}}';
const servers = z
  .record(serverName, server.nullable(), { error: NO_SERVER })
  .superRefine((entries, context) => {
    if (Object.keys(entries).length === 0) context.addIssue({ code: 'custom', message: NO_SERVER });
    for (const [name, entry] of Object.entries(entries))
      if (entry?.host === undefined && hostProblem(name) !== null)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'needs a `host`, because its name is none',
        });
  })
  .describe('The servers by name.')
  .meta({ minProperties: 1 });

/** A whole inventory before paths are resolved and every server stands for itself. */
export const inventorySchema = mapOf({
  $schema: text(/^/, 'must be a URL').describe('For editors; sshdrift does not read it.').optional(),
  repo: text(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u, 'must be the name of the repository')
    .describe('The `repo` of the status payload.')
    .meta({ examples: ['rsyslog'] })
    .optional(),
  files: files.default('files'),
  root: root.default('/etc'),
  watch: watch.default(['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf']),
  unmanaged: unmanaged.default('drift'),
  ignore: ignore.default([]),
  redact: redact.default([]),
  expect: expect.optional(),
  max_file_size: maxFileSize.default('1MiB'),
  service: service.default('rsyslogd'),
  ssh: ssh.optional(),
  servers,
});

export type RawInventory = z.output<typeof inventorySchema>;
export type RawServer = NonNullable<RawInventory['servers'][string]>;
export type RawSsh = NonNullable<RawInventory['ssh']>;
export type RawExpect = NonNullable<RawInventory['expect']>;
