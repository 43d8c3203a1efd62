// What may run on a server. A program here only reads, however the probe calls it; a new one has to be shown to.

/** Programs that the probe's script may start, by file name. */
export const PROBE_PROGRAMS: readonly string[] = [
  ...['sha256sum', 'sha256', 'shasum', 'perl', 'openssl', 'busybox', 'cksum'], // hashes
  ...['stat', 'cat', 'wc'],
  // What ships a file. rpm would write as root (its database's shared memory), so `setpriv` makes it nobody's.
  ...['dpkg-query', 'rpm', 'setpriv'],
];

/** Programs that carry the script: the wrapper's shell and what elevates it. */
export const CARRIERS: readonly string[] = ['sh', 'env', 'sudo', 'doas'];
