// How many connections one client may have, so that it cannot keep all others out. Whoever comes from this machine is
// likely a proxy that speaks for many.

import { isIPv6 } from 'node:net';

export interface AddressShares {
  /** Counts a connection; false if its client has as many as it may. `leave` must follow where it was counted. */
  readonly take: (address: string) => boolean;
  readonly leave: (address: string) => void;
}

const HERE = ['127.0.0.1', '::1'];

export function createAddressShares(most: number): AddressShares {
  const taken = new Map<string, number>();
  const add = (client: string, change: number): void => {
    const count = (taken.get(client) ?? 0) + change;
    if (count > 0) taken.set(client, count);
    else taken.delete(client);
  };
  return {
    take: address => {
      const client = clientOf(address);
      if (!HERE.includes(client) && (taken.get(client) ?? 0) >= most) return false;
      add(client, 1);
      return true;
    },
    leave: address => add(clientOf(address), -1),
  };
}

/** Of IPv6 the first half: whoever has one address there has 2^64. IPv4 may come in the dress of IPv6. */
export function clientOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain) || HERE.includes(plain)) return plain;
  const [before = '', after = ''] = plain.replace(/%.*$/, '').split('::');
  const [head, tail] = [before, after].map(half => half.split(':').filter(group => group !== '')) as [
    string[],
    string[],
  ];
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
