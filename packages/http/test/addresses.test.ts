import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressGuard, toBits, toRange } from '../src/transport/address-guard.js';
import { follow } from '../src/transport/follow-redirects.js';
import { code, json, local, web } from './servers.js';

const refusedAddress = code('AddressRefused');

describe('an address that is not public', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/',
    'http://169.254.100.1:9001/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://203.0.113.9/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[fd00:ec2::254]/',
    'http://[fc00::1]/',
    'http://[fe80::1]/',
    'http://[ff02::1]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[2001:db8::1]/',
    'http://[fec0::1]/',
    'http://①②⑦.⓪.⓪.①/',
    'ftp://example.com/',
    'file:///etc/passwd',
  ])('is refused: %s', async (url) => {
    await expect(local({ allow: [] }).get(url)).rejects.toMatchObject(refusedAddress);
  });

  it('is refused behind a name as well', async () => {
    for (const scheme of ['http', 'https'])
      await expect(local({ allow: [] }).get(`${scheme}://localhost/`)).rejects.toMatchObject(code('AddressRefused', { host: 'localhost' }));
    for (const address of ['169.254.169.254', '::1', '::ffff:10.0.0.1']) {
      const client = local({
        allow: [],
        lookup: (_, options, callback) =>
          'all' in options && options.all
            ? callback(null, [
                { address: '93.184.215.14', family: 4 },
                { address, family: address.includes(':') ? 6 : 4 },
              ])
            : callback(null, address, 4),
      });
      await expect(client.get('http://innocent.example/')).rejects.toMatchObject(code('AddressRefused', { host: 'innocent.example', address }));
    }
  });

  it('is refused if the address of a name changes between a check and the connection', async () => {
    let requests = 0;
    const url = await web((_, response) => (requests++, json(response, 1, { connection: 'close' })));
    const { port } = new URL(url);
    // The name first has an allowed address, then (time to live 0) one that is not allowed.
    const answers = ['127.0.0.1', '127.0.0.2'];
    let asked = 0;
    const client = local({ lookup: (_, __, callback) => callback(null, [{ address: answers[asked++] ?? '127.0.0.2', family: 4 }]) });
    expect((await client.get(`http://rebind.example:${port}/`)).status).toBe(200);
    await expect(client.get(`http://rebind.example:${port}/`)).rejects.toMatchObject(code('AddressRefused', { address: '127.0.0.2' }));
    // Each connection used the result of its only lookup. There is no second lookup that could have another result.
    expect([asked, requests]).toEqual([2, 1]);
  });

  it('can be allowed by range, by name, or with all private ones; link-local only with `allow`', async () => {
    const url = await web((_, response) => json(response, 1));
    const named = url.replace('127.0.0.1', 'localhost');
    const gets = (options: object, target: string) =>
      local({ lookup: (_, __, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]), ...options }).get(target);
    expect((await gets({ allow: ['127.0.0.0/8'] }, url)).ok).toBe(true);
    expect((await gets({ allow: ['127.0.0.0/8'] }, named)).ok).toBe(true);
    expect((await gets({ allow: ['LOCALHOST.'] }, named)).ok).toBe(true);
    expect((await gets({ allow: [], allowPrivate: true }, url)).ok).toBe(true);
    await expect(gets({ allow: ['localhost'] }, url)).rejects.toMatchObject(refusedAddress);
    await expect(gets({ allow: [], allowPrivate: true }, 'http://169.254.169.254/')).rejects.toMatchObject(refusedAddress);
    const guard = createAddressGuard({ allowPrivate: true, allow: ['169.254.169.254', 'fe80::/10'] });
    for (const address of ['169.254.169.254', 'fe80::1%eth0', '10.0.0.1', 'fd00::1', '64:ff9b::10.0.0.1', '8.8.8.8', '2606:4700::1111'])
      expect(guard.refusal(address, 'h')).toBeUndefined();
    for (const address of ['169.254.169.253', 'fd00:ec2::254', 'not an address', '']) expect(guard.refusal(address, 'h')).toMatchObject(refusedAddress);
  });
});

describe('the address guard', () => {
  const v4 = fc.ipV4();
  const v6 = fc.ipV6();

  it("agrees with Node's own lists, whatever the address", () => {
    const ranges = ['10.0.0.0/8', '172.16.0.0/12', '169.254.0.0/16', '2000::/3', 'fc00::/7', '2001:db8::/32', '0.0.0.0/0'];
    for (const text of ranges) {
      const [base = '', prefix = ''] = text.split('/');
      const list = new BlockList();
      list.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
      const [bits, length] = toRange(text) as readonly [bigint, number];
      fc.assert(
        fc.property(fc.oneof(v4, v6), (address) => {
          const given = toBits(address) as bigint;
          expect(given >> BigInt(128 - length) === bits >> BigInt(128 - length)).toBe(list.check(address, address.includes(':') ? 'ipv6' : 'ipv4'));
        }),
      );
    }
  });

  it('treats every spelling of an address alike', () => {
    fc.assert(fc.property(v6, (address) => void expect(toBits(new URL(`http://[${address}]/`).hostname.slice(1, -1))).toBe(toBits(address))));
    fc.assert(fc.property(v4, (address) => void expect(toBits(`::ffff:${address}`)).toBe(toBits(address))));
    fc.assert(fc.property(fc.string(), (text) => void toRange(text)));
  });
});

describe('connections', () => {
  it('are refused if the global dispatcher calls no lookup, and allowed with a dispatcher of your own', async () => {
    const url = await web((_, response) => json(response, 1));
    new Request(url);
    const key = Symbol.for('undici.globalDispatcher.1');
    const world = globalThis as Record<symbol, object>;
    const own = world[key] as { dispatch(...args: unknown[]): boolean };
    class Mock {
      dispatch(...args: unknown[]) {
        return own.dispatch(...args);
      }
      async destroy() {}
    }
    const real = Object.getOwnPropertyDescriptor(globalThis, key) as PropertyDescriptor;
    Object.defineProperty(globalThis, key, { ...real, value: new Mock() });
    try {
      await expect(local().get(url)).rejects.toMatchObject(code('Unsupported'));
      const client = local({ dispatcher: own });
      expect((await client.get(url)).ok).toBe(true);
      await expect(client.get('http://169.254.169.254/')).rejects.toMatchObject(refusedAddress);
    } finally {
      Object.defineProperty(globalThis, key, { ...real, value: own });
    }
    expect((await local().get(url)).ok).toBe(true);
  });

  it('are not opened from https to http', () => {
    const call = { method: 'GET', url: new URL('https://a.example/'), headers: new Headers() } as Parameters<typeof follow>[0];
    expect(() => follow(call, 302, 'http://a.example/')).toThrow(expect.objectContaining({ code: 'InvalidResponse' }));
    expect(follow(call, 302, 'https://b.example/#x').url.href).toBe('https://b.example/');
  });
});
