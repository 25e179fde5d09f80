import { createGateway, type Interface } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Http, type HttpErrorCode, type HttpResponse, http } from '@suga/http';
import { expectTypeOf, it } from 'vitest';

it('types the body as the caller states, and refuses wrong options', () => {
  const gateway = createGateway({ http: http({ timeout: 1000 }) });
  expectTypeOf(gateway.http).toEqualTypeOf<Http>();
  expectTypeOf(auto.http).toEqualTypeOf<Http>();
  expectTypeOf(http()).toEqualTypeOf<Interface<Http>>();
  expectTypeOf(gateway.http.get<{ id: string }[]>('https://h/')).toEqualTypeOf<Promise<HttpResponse<{ id: string }[]>>>();
  expectTypeOf(gateway.http.get('https://h/')).toEqualTypeOf<Promise<HttpResponse<unknown>>>();
  expectTypeOf(gateway.http.post<number>(new URL('https://h/'), { a: 1 }, { idempotencyKey: true })).toEqualTypeOf<Promise<HttpResponse<number>>>();
  expectTypeOf(gateway.http.buildUrl('https://h/', { a: [1, 'x'], b: undefined })).toEqualTypeOf<string>();
  expectTypeOf<'Timeout'>().toExtend<HttpErrorCode>();
  // @ts-expect-error a method that fetch cannot send
  gateway.http.request('https://h/', { method: 'CONNECT' });
  // @ts-expect-error ms, not a string
  gateway.http.get('https://h/', { timeout: '5s' });
  // @ts-expect-error the signal belongs to a request, not to the client
  http({ signal: new AbortController().signal });
  // @ts-expect-error did you mean 'get'?
  gateway.http.gett('https://h/');
});
