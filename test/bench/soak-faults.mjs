// What goes wrong while `watch` and `serve` run: one fault after the other, each at least once, then at random. A fault in
// the files is repaired before the next one.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { CUTS, HTTP_CUTS, SSH_CUTS } from './soak-relay.mjs';

/** Numbers in [0, 1), always the same for a seed (mulberry32). */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes, and returns what brings the file back. */
function change(file, content) {
  const before = readFileSync(file);
  writeFileSync(file, content(before.toString()));
  return () => writeFileSync(file, before);
}

const cutting = (relay, cuts, what, random) =>
  Object.entries(cuts).map(([name, act]) => [
    `${what}: ${name}`,
    () => {
      const links = relay.links();
      if (links.length === 0) return false;
      act(links[Math.floor(random() * links.length)], random);
    },
  ]);

const dropping = (relay, ms) => () => {
  relay.setDown(true);
  setTimeout(() => relay.setDown(false), ms());
};

/** All faults as `[name, act]`; `act` returns what repairs it, nothing, or false if there was nothing to break. */
export function makeFaults({ ssh, http, at, inventory, random }) {
  const conf = at('etc/rsyslog.conf');
  const added = at('etc/rsyslog.d/99-added.conf');
  const inventoryFile = at('repository/inventory.yaml');
  const text = () => `# ${random()}\n`;
  const { proxied: _, ...fewer } = inventory.servers;
  const adding = content => () => {
    writeFileSync(added, content());
    return () => rmSync(added);
  };
  return [
    ...cutting(ssh, SSH_CUTS, 'ssh', random),
    ...cutting(http, HTTP_CUTS, 'http', random),
    ['ssh: down', dropping(ssh, () => 400 * random())],
    ['http: down', dropping(http, () => 400 * random())],
    [
      'http: reader goes away',
      () => {
        const reader = connect(http.port, '127.0.0.1', () => {
          reader.write('GET /status.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
          setTimeout(() => reader.destroy(), 5 * random());
        }).on('error', () => {});
      },
    ],
    [
      'http: half a request, then rst',
      () => {
        const writer = connect(http.port, '127.0.0.1', () => {
          writer.write('POST /api/status HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 900\r\n\r\n{');
          setTimeout(() => CUTS.rst({ client: writer }), 50 * random());
        }).on('error', () => {});
      },
    ],
    ['files: edited on the server', () => change(conf, before => before + text())],
    ['files: added on the server', adding(text)],
    ['files: large one on the server', adding(() => 'x'.repeat(600_000))],
    [
      'files: gone from the server',
      () => {
        const back = change(conf, before => before);
        rmSync(conf);
        return back;
      },
    ],
    [
      'files: a directory in place of a file',
      () => {
        mkdirSync(added);
        return () => rmSync(added, { recursive: true });
      },
    ],
    ['files: Git copy edited', () => change(at('repository/files/rsyslog.conf'), before => before + text())],
    ['files: inventory without sense', () => change(inventoryFile, () => 'servers: [')],
    [
      'files: inventory with a server less',
      () => change(inventoryFile, () => JSON.stringify({ ...inventory, servers: fewer })),
    ],
  ];
}

/** Brings the next fault whenever `rounds` say so: first all of them in random order, then any. */
export function scheduleFaults(faults, random) {
  const waiting = faults
    .map(fault => [random(), fault])
    .sort(([a], [b]) => a - b)
    .map(([, fault]) => fault);
  const counts = new Map(faults.map(([name]) => [name, 0]));
  let undo = null;
  let due = 0;
  const repair = () => {
    undo?.();
    undo = null;
  };
  return {
    counts,
    repair,
    at: round => {
      if (round < due) return;
      repair();
      const fault = waiting.shift() ?? faults[Math.floor(random() * faults.length)];
      const [name, act] = fault;
      const done = act();
      if (done === false) waiting.push(fault);
      else {
        counts.set(name, counts.get(name) + 1);
        undo = done ?? null;
      }
      due = round + 2 + Math.floor(4 * random());
    },
  };
}
