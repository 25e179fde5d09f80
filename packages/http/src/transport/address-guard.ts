import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { HttpErrorCode, HttpOptions } from '../contract.js';

/** An IPv6 address as a number. An IPv4 address is represented by its mapped address (`::ffff:a.b.c.d`). */
type Bits = bigint;
type Range = readonly [base: Bits, prefix: number];

const MAPPED = 0xffff_0000_0000n;
const NAT64: Range = [0x64_ff9bn << 96n, 96];

// IANA's special-purpose registries (RFC 6890 and its updates). For IPv6, only addresses assigned as global unicast count as public.
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '100.64.0.0/10', '::1', 'fc00::/7'];
const NEVER = [
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  // Multicast and reserved addresses; AWS's instance metadata, DNS and pod identity over IPv6.
  ...['224.0.0.0/3', 'fd00:ec2::/32', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
];
const ALLOWED = 'an array of addresses, ranges (10.0.0.0/8) and host names';
const GLOBAL = ['2000::/3', '::ffff:0:0/96'];

/** Decides which addresses may be called. */
export interface AddressGuard {
  /** Whether a host is allowed by name, so that its addresses are not checked. */
  trusts(host: string): boolean;
  /** Checks the scheme of a URL, and its host if that is an address. @throws `AddressRefused` */
  checkUrl(url: URL): void;
  /** Returns the error for an address that must not be called, or `undefined`. */
  refusal(address: string, host: string): SugaError<HttpErrorCode> | undefined;
}

export function createAddressGuard({ allow = [], allowPrivate = false }: HttpOptions): AddressGuard {
  const names = new Set<string>();
  const ranges: Range[] = [];
  if (!Array.isArray(allow)) throw invalidParam('http', 'allow', allow, ALLOWED);
  for (const each of allow) {
    const range = typeof each === 'string' ? toRange(each) : undefined;
    if (range) ranges.push(range);
    else if (typeof each === 'string' && isName(each)) names.add(toName(each));
    else throw invalidParam('http', 'allow', each, ALLOWED);
  }
  const denied = (allowPrivate ? NEVER : [...NEVER, ...PRIVATE]).map(known);
  const permitted = (allowPrivate ? [...GLOBAL, ...PRIVATE] : GLOBAL).map(known);
  const isOpen = (bits: Bits): boolean => within(bits, ranges) || (within(bits, permitted) && !within(bits, denied));

  const refusal: AddressGuard['refusal'] = (address, host) => {
    const bits = toBits(address);
    if (bits !== undefined && isOpen(behind(bits))) return undefined;
    const where = address === host ? host : `${host} (${address})`;
    return refused(`http: ${where} is not a public address. If it should be called, add it to "allow".`, { host, address });
  };
  const trusts = (host: string): boolean => names.has(toName(host));

  return {
    trusts,
    refusal,
    checkUrl: ({ protocol, hostname }) => {
      if (protocol !== 'https:' && protocol !== 'http:') throw refused(`http: the scheme ${protocol} is not allowed; use https: or http:.`, { protocol });
      const host = hostname.replace(/^\[|\]$/g, '');
      const error = toBits(host) === undefined || trusts(host) ? undefined : refusal(host, host);
      if (error) throw error;
    },
  };
}

/** Converts an address to a number. @returns `undefined` for a value that is not an address, such as a name */
export function toBits(address: string): Bits | undefined {
  const kind = process.getBuiltinModule('node:net').isIP(address);
  if (kind === 0) return undefined;
  if (kind === 4) return MAPPED | BigInt(toNumber(address));
  const [bare = ''] = address.split('%');
  const hex = bare.replace(/[\d.]+\.\d+$/, (tail) => [toNumber(tail) >>> 16, toNumber(tail) & 0xffff].map((group) => group.toString(16)).join(':'));
  const [head = '', tail] = hex.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups = [...left, ...Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0'), ...right];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** Parses a range (`10.0.0.0/8`) or a single address. @returns `undefined` for any other string */
export function toRange(text: string): Range | undefined {
  const [address = '', length, more] = text.split('/');
  const base = toBits(address);
  const size = address.includes(':') ? 128 : 32;
  const prefix = length === undefined ? size : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  return base === undefined || more !== undefined || prefix > size ? undefined : [base, 128 - size + prefix];
}

const known = (text: string): Range => toRange(text) as Range;
const within = (bits: Bits, ranges: readonly Range[]): boolean =>
  ranges.some(([base, prefix]) => bits >> BigInt(128 - prefix) === base >> BigInt(128 - prefix));

/** Returns the IPv4 address that is reached through a NAT64 address (RFC 6052). DNS64 returns such addresses in subnets that are IPv6 only. */
const behind = (bits: Bits): Bits => (within(bits, [NAT64]) ? MAPPED | (bits & 0xffff_ffffn) : bits);

const toNumber = (dotted: string): number => dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
/** Whether a URL can have that host name. A host that ends in a number is an IPv4 address or not valid (WHATWG URL, 3.5). */
const isName = (host: string): boolean => /^[a-z\d._-]+$/i.test(host) && !/(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/i.test(host);
const toName = (host: string): string => host.toLowerCase().replace(/\.$/, '');

function refused(message: string, details: Record<string, unknown>): SugaError<HttpErrorCode> {
  return new SugaError<HttpErrorCode>('AddressRefused', message, { details });
}
