// Who may be asked now. Servers wait here, and no clock of theirs runs yet.
//
// A slot that has been held for a second does not count as busy any more: its server is far away, slow or dead, and what
// it waits for is not us. So dead servers do not keep the others from starting, and the further away servers are, the
// more of them are asked at once; `open` is the limit that always holds.

/** How many at once. `open` is never less than `busy`. */
export interface Bound {
  /** Begun less than a second ago. */
  readonly busy: number;
  /** All of them. */
  readonly open: number;
}

/** Where a server is, as far as others are there too. */
export interface Way {
  /** What many servers are reached through, such as a jump host; null for none. */
  readonly through: { readonly name: string; readonly bound: Bound } | null;
  /** The same for servers that are one sshd. */
  readonly address: string;
}

export interface Slots {
  /** Resolves when it is this one's turn, with what gives the slot back; call it once. */
  readonly take: (way: Way) => Promise<() => void>;
}

/**
 * Of one sshd. It may begin to refuse connections when ten are not logged in yet (MaxStartups 10:30:100), and others log
 * in there, too; some are set to less.
 */
export const SAME_ADDRESS: Bound = { busy: 3, open: 3 };

const BUSY_MS = 1000;

interface Count {
  readonly bound: Bound;
  busy: number;
  open: number;
}

interface Waiting {
  readonly address: string;
  readonly begin: (release: () => void) => void;
}

/** Servers that are reached through the same host, or through none: if that has no room, none of them is looked at. */
interface Lane {
  readonly count: Count | null;
  readonly waiting: Waiting[];
}

/** Slots for one run: `whole` for all of it, and less for what is reached through the same host, or is the same. */
export function createSlots(whole: Bound): Slots {
  const all: Count = { bound: whole, busy: 0, open: 0 };
  const lanes = new Map<string, Lane>();
  const addresses = new Map<string, Count>();

  const laneOf = ({ through }: Way): Lane => {
    const name = through?.name ?? '';
    const count = through && { bound: through.bound, busy: 0, open: 0 };
    const lane = lanes.get(name) ?? { count, waiting: [] };
    lanes.set(name, lane);
    return lane;
  };
  const isFree = ({ address }: Waiting): boolean => {
    const count = addresses.get(address);
    return count === undefined || hasRoom(count);
  };
  const start = ({ address, begin }: Waiting, lane: Lane): void => {
    const here = addresses.get(address) ?? { bound: SAME_ADDRESS, busy: 0, open: 0 };
    addresses.set(address, here);
    const held = lane.count === null ? [all, here] : [all, lane.count, here];
    for (const count of held) {
      count.busy += 1;
      count.open += 1;
    }
    let busy = true;
    const rest = (): void => {
      if (busy) for (const count of held) count.busy -= 1;
      busy = false;
    };
    const timer = setTimeout(() => {
      rest();
      startAll();
    }, BUSY_MS);
    begin(() => {
      clearTimeout(timer);
      rest();
      for (const count of held) count.open -= 1;
      if (here.open === 0) addresses.delete(address);
      startAll();
    });
  };
  const startAll = (): void => {
    for (const lane of lanes.values()) {
      while (hasRoom(all) && (lane.count === null || hasRoom(lane.count))) {
        const next = lane.waiting.findIndex(isFree);
        const [one] = next === -1 ? [] : lane.waiting.splice(next, 1);
        if (one === undefined) break;
        start(one, lane);
      }
    }
  };
  return {
    take: way =>
      new Promise(begin => {
        laneOf(way).waiting.push({ address: way.address, begin });
        startAll();
      }),
  };
}

const hasRoom = ({ bound, busy, open }: Count): boolean => busy < bound.busy && open < bound.open;
