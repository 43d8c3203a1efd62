// Which names announce a secret. Names of files that hold one (tls.myprivkey, tls.keyFile, mmkubernetes' tokenfile) do
// not: a path is no secret, and a changed path should be seen. The lists follow rsyslog's modules: pwd (ommysql,
// omelasticsearch, omhttp), pass (ompgsql), password (omrabbitmq, omamqp1), serverpassword (omhiredis), sasl.password
// (omkafka), token (mmkubernetes), community (omsnmp), cry.key (omfile), azure_key (omazureeventhubs).

/** How the value of a key is found: an ordinary value, a list of header lines, a header with a scheme before it. */
export type KeyKind = 'value' | 'headers' | 'authorization';

/** Names are compared in lower case and without `$`, `.`, `_` and `-`, so that api_key, apiKey and X-API-Key are one. */
const ENDINGS =
  /(?:pwd|passwd|password|passphrase|passcode|secrets?|token|apikey|accesskey|accountkey|authkey|azurekey|crykey|encryptionkey|insertkey|licensekey|privatekey|secretkey|sharedkey|signingkey|community|communitystring|credentials?|headervalue)\d*$/;

/** `pass` ends too many innocent words (bypass, compass): it counts alone, as a last part, or after these. */
const PASS = /(?:^|[._-]|admin|auth|db|key|my|priv|proxy|require|root|sasl|server|smtp|user)pass\d*$/;

const PATHS = /(?:file|path|dir|directory|name|url|type)$/;

/** Longer words are no keys; cutting them bounds the work. */
const LONGEST = 100;

/** What a parameter, directive, variable, header or option of this name holds; null if it is no secret. */
export function keyKind(word: string): KeyKind | null {
  const name = word.slice(-LONGEST).toLowerCase();
  const plain = name.replace(/[$._-]/g, '');
  if (plain === 'httpheaders' || plain === 'headers') return 'headers';
  if (plain.endsWith('authorization')) return 'authorization';
  if (ENDINGS.test(plain) || PASS.test(name)) return 'value';
  return plain.includes('secret') && !PATHS.test(plain) ? 'value' : null;
}
