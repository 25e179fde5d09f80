import { describe, expect, it } from 'vitest';
import { bodyOf, code, json, local, web } from './servers.js';

const redirecting = (routes: Record<string, [status: number, location: string]>) =>
  web(async (request, response) => {
    const route = routes[request.url ?? ''];
    if (route) response.writeHead(route[0], { location: route[1] }).end('moved');
    else json(response, { method: request.method, headers: request.headers, body: await bodyOf(request) });
  });
interface Seen {
  method: string;
  headers: Record<string, string>;
  body: string;
}

describe('a redirect', () => {
  it('is followed up to a maximum number, also if it is relative', async () => {
    const url = await redirecting({ '/1': [302, '/2'], '/2': [307, '3?a=1'], '/3?a=1': [308, '/end'] });
    expect(await local().get(`${url}/1`)).toMatchObject({ status: 200, url: `${url}/end` });
    await expect(local().get(`${url}/1`, { redirects: 2 })).rejects.toMatchObject(code('TooManyRedirects', { loop: false, redirects: 3 }));
    expect(await local().get(`${url}/1`, { redirects: 0, as: 'text' })).toMatchObject({ status: 302, ok: false, body: 'moved', headers: { location: '/2' } });
  });

  it('in a loop is detected at once', async () => {
    const url = await redirecting({ '/self': [302, '/self'], '/a': [301, '/b'], '/b': [301, '/a'] });
    for (const path of ['self', 'a'])
      await expect(local({ redirects: 1000 }).get(`${url}/${path}`)).rejects.toMatchObject(code('TooManyRedirects', { loop: true }));
  });

  it('changes the method if HTTP says so, and keeps the body otherwise', async () => {
    const url = await redirecting({ '/301': [301, '/'], '/302': [302, '/'], '/303': [303, '/'], '/307': [307, '/'], '/308': [308, '/'] });
    const seen = async (status: number) => (await local().post<Seen>(`${url}/${status}`, { a: 1 })).body;
    for (const status of [301, 302, 303]) {
      const { method, body, headers } = await seen(status);
      expect({ method, body, type: headers['content-type'] }).toEqual({ method: 'GET', body: '', type: undefined });
    }
    for (const status of [307, 308])
      expect(await seen(status)).toMatchObject({ method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    expect((await local().put<Seen>(`${url}/302`, 'x')).body.method).toBe('PUT');
    expect((await local().put<Seen>(`${url}/303`, 'x')).body.method).toBe('GET');
  });

  it('to another origin sends no secrets', async () => {
    const other = await redirecting({});
    const url = await redirecting({ '/away': [307, `${other}/`], '/here': [307, '/'], '/password': [302, other.replace('//', '//user:pass@')] });
    const headers = { authorization: 'Bearer t', cookie: 'a=1', 'x-api-key': 'k', 'proxy-authorization': 'p', accept: 'text/x', 'accept-language': 'de' };
    const away = (await local().get<Seen>(`${url}/away`, { headers })).body.headers;
    expect(away).toMatchObject({ accept: 'text/x', 'accept-language': 'de' });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'proxy-authorization']) expect(away).not.toHaveProperty(name);
    expect((await local().get<Seen>(`${url}/here`, { headers })).body.headers).toMatchObject({ authorization: 'Bearer t', cookie: 'a=1', 'x-api-key': 'k' });
    expect((await local().get<Seen>(`${url}/password`)).body.headers).not.toHaveProperty('authorization');
  });

  it('to a refused address, to another scheme or to nonsense is an error', async () => {
    const url = await redirecting({
      '/meta': [302, 'http://169.254.169.254/latest/meta-data/'],
      '/file': [302, 'file:///etc/passwd'],
      '/data': [302, 'data:text/plain,x'],
      '/none': [302, 'http://'],
    });
    for (const path of ['meta', 'file', 'data']) await expect(local().get(`${url}/${path}`)).rejects.toMatchObject(code('AddressRefused'));
    await expect(local().get(`${url}/none`)).rejects.toMatchObject(code('InvalidResponse'));
  });
});
