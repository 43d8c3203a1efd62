// What a Node process still holds when all garbage is collected, asked through its inspector: it was started with
// `--inspect=127.0.0.1:0`. Nothing stays attached in between, and nothing is left in it.

import { WebSocket } from 'undici';

/** Address of the inspector in what the process said on stderr; undefined if it has not said it yet. */
export const inspectorOf = said => /^Debugger listening on (ws:\S+)$/m.exec(said)?.[1];

/** Kinds of objects that are counted, each by an expression for a prototype that all of them have. */
const PROTOTYPES = {
  // Sockets, streams, servers, children, SSH connections and their channels, HTTP clients.
  emitters: "require('node:events').prototype",
  signals: 'AbortSignal.prototype',
  timers: '(timer => (clearTimeout(timer), Object.getPrototypeOf(timer)))(setTimeout(() => {}))',
};

/** Their listeners, which are counted too: of emitters for all events, of signals for their abort. */
const LISTENERS = {
  emitters: [
    'listeners',
    'function () { return this.flatMap(one => Object.values(one._events ?? {}).flat()).length; }',
  ],
  signals: [
    'aborts',
    'function (listenersOf) { return this.flatMap(one => listenersOf(one, "abort")).length; }',
  ],
};

export const SIZES = ['heap', 'code', 'outside'];
export const OBJECTS = ['emitters', 'listeners', 'signals', 'aborts', 'timers'];

/** Calls `use` with what asks the inspector: `ask(method, params)`. */
async function attached(url, use) {
  const socket = new WebSocket(url);
  const waiting = new Map();
  const gone = new Promise((_, reject) => {
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)));
    socket.addEventListener('close', () => reject(new Error(`the inspector at ${url} went away`)));
  });
  gone.catch(() => {});
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    waiting.get(id)?.(error ? Promise.reject(new Error(error.message)) : result);
    waiting.delete(id);
  });
  let last = 0;
  const ask = (method, params = {}) => {
    last += 1;
    const id = last;
    const answer = new Promise(resolve => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    return Promise.race([answer, gone]);
  };
  try {
    await Promise.race([gone, new Promise(resolve => socket.addEventListener('open', resolve))]);
    return await use(ask);
  } finally {
    socket.close();
    await gone.catch(() => {});
  }
}

/**
 * {@link SIZES} in KiB, and the number of {@link OBJECTS}. `heap` is what lives there, but for compiled code, of which V8
 * makes more for a long time: that is `code`. Buffers and the like are `outside`.
 */
export const lookAtHeap = url =>
  attached(url, async ask => {
    const objectGroup = 'look';
    const run = async (expression, more = {}) => {
      const about = { expression, objectGroup, includeCommandLineAPI: true, ...more };
      const { result, exceptionDetails } = await ask('Runtime.evaluate', about);
      if (exceptionDetails) throw new Error(`${expression}: ${result.description}`);
      return result;
    };
    const call = async (objectId, functionDeclaration, given = []) => {
      const about = { objectId, functionDeclaration, arguments: given, returnByValue: true };
      const { result, exceptionDetails } = await ask('Runtime.callFunctionOn', about);
      if (exceptionDetails) throw new Error(`${functionDeclaration}: ${result.description}`);
      return result.value;
    };
    const { objectId: listenersOf } = await run("require('node:events').getEventListeners");
    const counts = {};
    for (const [kind, expression] of Object.entries(PROTOTYPES)) {
      const { objectId: prototypeObjectId } = await run(expression);
      const { objects } = await ask('Runtime.queryObjects', { prototypeObjectId, objectGroup });
      counts[kind] = await call(objects.objectId, 'function () { return this.length; }');
      if (!(kind in LISTENERS)) continue;
      const [name, count] = LISTENERS[kind];
      counts[name] = await call(objects.objectId, count, [{ objectId: listenersOf }]);
    }
    await ask('Runtime.releaseObjectGroup', { objectGroup });
    // The second one takes what finalizers let go of.
    for (let i = 0; i < 2; i++) await ask('HeapProfiler.collectGarbage');
    const { value } = await run(
      "[process.memoryUsage(), require('node:v8').getHeapCodeStatistics()].map(one => ({ ...one }))",
      { returnByValue: true },
    );
    const [{ heapUsed, external }, of] = value;
    const code = of.code_and_metadata_size + of.bytecode_and_metadata_size;
    return { heap: (heapUsed - code) / 1024, code: code / 1024, outside: external / 1024, ...counts };
  });
