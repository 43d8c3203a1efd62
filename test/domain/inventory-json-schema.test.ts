import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inventoryJsonSchema } from '../../src/domain/inventory-json-schema.ts';

const schema = inventoryJsonSchema();
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const accepts = (text: string): boolean => validate(parse(text));

const FULL = `
$schema: ./inventory.schema.json
repo: rsyslog
files: files
root: /etc
watch: [/etc/rsyslog.conf, /etc/rsyslog.d/*.conf]
unmanaged: drift
ignore:
  - {path: /etc/rsyslog.d/20-ufw.conf, reason: shipped and managed by ufw, until: 2027-06-30}
expect: {owner: root, group: root, mode: "0644"}
max_file_size: 1 MiB
service: rsyslogd
ssh: {user: deploy, port: 22, identity_file: ~/.ssh/id_ed25519, known_hosts: known_hosts, jump: bastion, become: sudo, connect_timeout: 10s, timeout: 2m, host_key_policy: yes}
servers:
  bare:
  rsyslog-lab: {host: 192.0.2.10, host_key: SHA256:${'A'.repeat(43)}}
  relay-1:
    host: relay-1.example.net
    ssh: {port: 2222, known_hosts: [a, b]}
    files: [files, overlays/relay]
    labels: {role: relay}
    max_file_size: 4096
`;

test('is draft-07 with a title, and every key says what it is for', () => {
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'sshdrift inventory',
    required: ['servers'],
  });
  const undescribed: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties = {}, description: _, ...rest } = node as Record<string, Record<string, unknown>>;
    for (const [key, value] of Object.entries(properties)) {
      if (!(value as { description?: string }).description) undescribed.push(`${path}.${key}`);
      visit(value, `${path}.${key}`);
    }
    for (const [key, value] of Object.entries(rest)) if (key !== 'default') visit(value, path);
  };
  visit(schema, '');
  expect(undescribed).toEqual([]);
});

test("accepts the repository's own inventory", () => {
  expect(accepts(readFileSync(join(import.meta.dirname, '../../inventory.yaml'), 'utf8'))).toBe(true);
});

test('accepts an inventory with every key', () => {
  expect(accepts(FULL), JSON.stringify(validate.errors)).toBe(true);
});

describe('refuses', () => {
  test.each([
    ['nothing to check', 'repo: x'],
    ['no server', 'servers: {}'],
    ['an unknown key', 'servers: {a: {hots: x}}'],
    ['a bad server name', 'servers: {"a b": }'],
    ['a port as text', 'servers: {a: {ssh: {port: "22"}}}'],
    ['a mode as a number', 'expect: {mode: 0644}\nservers: {a: }'],
    ['a duration without unit', 'ssh: {timeout: 10}\nservers: {a: }'],
    ['a relative watch', 'watch: [rsyslog.conf]\nservers: {a: }'],
    ['an ignore without reason', 'ignore: [{path: /a}]\nservers: {a: }'],
    ['an unknown policy', 'unmanaged: maybe\nservers: {a: }'],
    ['an option as host', 'servers: {a: {host: -x}}'],
  ])('%s', (_, text) => expect(accepts(text)).toBe(false));
});
