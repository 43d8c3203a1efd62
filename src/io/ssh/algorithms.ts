// What is offered to servers, best first. No SHA-1 anywhere; host key algorithms depend on known_hosts and are chosen
// per server. No group exchange: there the server chooses the prime, and OpenSSL tests it before the server has shown who
// it is. One of 9,941 bits keeps the whole program, its deadlines included, busy for half a minute.

export const KEY_EXCHANGE = [
  'ecdh-sha2-nistp256',
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group18-sha512',
] as const;

/** AES-GCM first: fast, and not open to Terrapin (CVE-2023-48795) even with a peer without strict key exchange. */
export const CIPHERS = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
] as const;

export const MACS = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
] as const;
