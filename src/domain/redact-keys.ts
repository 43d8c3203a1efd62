// Which names announce a secret. Names of files that hold one (tls.myprivkey, tls.keyFile, mmkubernetes' tokenfile) do
// not: a path is no secret, and a changed path should be seen. The lists follow rsyslog's modules: pwd (ommysql,
// omelasticsearch, omhttp), pass (ompgsql), password (omrabbitmq, omamqp1), serverpassword (omhiredis), sasl.password and
// ssl.key.pem (omkafka), token (mmkubernetes), community (omsnmp), cry.key (omfile), azure_key (omazureeventhubs), and
// those of programs whose files stand beside: LDAP clients, Redis, wpa_supplicant, Net-SNMP.

import { matchesGlob } from './host-pattern.ts';

/**
 * How the value of a key is found: an ordinary value, a list of header lines, a header with a scheme before it; or
 * `key` and `login`, names that mean many things, so that the value is a secret only if it looks like one.
 */
export type KeyKind = 'value' | 'headers' | 'authorization' | 'key' | 'login';

/** Names are compared in lower case and without `$`, `.`, `_` and `-`, so that api_key, apiKey and X-API-Key are one. */
const ENDINGS =
  /(?:pwd|passwd|password|passphrase|passcode|psk|presharedkey|secrets?|token|apikey|accesskey|accountkey|authkey|authtok|azurekey|crykey|encryptionkey|insertkey|keypem|licensekey|masterauth|masterkey|privatekey|secretkey|sessionkey|sharedkey|signingkey|community|communitystring|credentials?|headervalue|xamzsignature)\d*$/;

/** `pass` ends too many innocent words (bypass, compass): it counts alone, as a last part, or after these. */
const PASS = /(?:^|[._-]|admin|auth|db|key|my|priv|proxy|require|root|sasl|server|smtp|user)pass\d*$/;

/** `pw` likewise, as LDAP's programs say it: bindpw, rootpw, olcRootPW. */
const PW = /(?:^|[._-]|bind|root|admin|db|user)pw\d*$/;

const KEY = /(?<!public|pub|primary|foreign|host|partition|routing|sort|hot)key$/;

const PATHS = /(?:file|path|dir|directory|name|url|type)$/;

/** Longer words are no keys; cutting them bounds the work. */
const LONGEST = 100;

/** What an operator calls a secret besides: names in which `*` stands for any characters; see {@link parseKeyGlob}. */
export type KeyGlobs = readonly string[];

const plainName = (name: string): string => name.toLowerCase().replace(/[$._-]/g, '');

/** A name of the inventory's `redact`, as names are compared; null where nothing, or every name, would be meant. */
export function parseKeyGlob(text: string): string | null {
  const glob = plainName(text);
  return /[^*]/.test(glob) && glob.length <= LONGEST ? glob : null;
}

/** What a parameter, directive, variable, header or option of this name holds; null if it is no secret. */
export function keyKind(word: string, also: KeyGlobs): KeyKind | null {
  const name = word.slice(-LONGEST).toLowerCase();
  const plain = plainName(name);
  if (also.some(glob => matchesGlob(glob, plain))) return 'value';
  if (plain === 'httpheaders' || plain === 'headers') return 'headers';
  if (plain.endsWith('authorization')) return 'authorization';
  if (ENDINGS.test(plain) || PASS.test(name) || PW.test(name) || /^(?:set)?cookie$/.test(plain))
    return 'value';
  if (plain.includes('secret') && !PATHS.test(plain)) return 'value';
  if (plain === 'auth') return 'login';
  return KEY.test(plain) ? 'key' : null;
}

/** Longer than any path, host or field that stands where a key could stand. */
const CERTAINLY_SECRET = 4096;

/** Letters and digits at random, which nobody means as a name, a path or a property. */
const looksLikeKey = (value: string): boolean =>
  value.length > CERTAINLY_SECRET ||
  /^(?!\/)(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=_-]{16,}$/.test(value);

/** True if the value of a key of this kind is a secret. */
export const IS_SECRET: Readonly<Record<KeyKind, (value: string) => boolean>> = {
  value: value => !namesService(value),
  headers: () => true,
  authorization: () => true,
  key: looksLikeKey,
  login: value => looksLikeKey(value) || /^[^\s:/$!%@]+:[^\s:/]+$/.test(value),
};

const SERVICES =
  /^(?:requi(?:red|site)|sufficient|optional|include|substack)[ \t]|^(?:(?:files|compat|sss|systemd|ldap|nis|nisplus|db|winbind|hesiod|extrausers|altfiles)[ \t\r]*){1,12}$/;

/** What follows the word in PAM's `password required pam_unix.so` and nsswitch's `passwd: files sss`: no secret. */
export const namesService = (value: string): boolean => SERVICES.test(value);
