import { certifiedKey, isPlainKey, keyType } from './host-key.ts';
import { UserError } from './user-error.ts';

/**
 * The one key of a .pub file's text, as `TYPE BASE64 COMMENT`. `source` names the file. Throws a UserError for anything
 * else, so that nothing but a key gets into a line of authorized_keys.
 */
export function parsePublicKey(text: string, source: string): string {
  if (/-----BEGIN .*PRIVATE KEY-----/.test(text))
    throw new UserError(
      `${source} is a private key`,
      'Name its public half: the file with the same name and .pub at the end.',
    );
  const [line = '', ...more] = text
    .split(/\r?\n/)
    .filter(part => part.trim() !== '' && !part.startsWith('#'));
  const [type = '', base64 = '', ...comment] = line.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  const isKey = keyType(blob) === type && (isPlainKey(blob) || certifiedKey(blob) !== null);
  if (more.length > 0 || !isKey)
    throw new UserError(`${source} is not one public key`, 'Name a .pub file, as ssh-keygen writes it.');
  const safe = comment.join(' ').replace(/[^\w.@ +-]/g, '_');
  return `${type} ${blob.toString('base64')} ${safe}`.trim();
}
