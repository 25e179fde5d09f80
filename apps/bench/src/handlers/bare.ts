import { type HttpApiEvent, home } from './home.ts';

const kept = new Map<string, { value: string; expires: number }>();

/** The same response without a library: a cache in a Map, one JSON log line. */
export async function handler(event: HttpApiEvent, context: { awsRequestId: string }): Promise<object> {
  if (event.requestContext.http.method !== 'GET' || event.rawPath !== '/devices') return { statusCode: 404, body: '{"message":"Not Found"}' };
  const now = Date.now();
  let entry = kept.get('devices');
  if (!entry || entry.expires <= now) {
    entry = { value: JSON.stringify(home), expires: now + 60_000 };
    kept.set('devices', entry);
  }
  console.log(JSON.stringify({ level: 'INFO', message: 'listed', timestamp: new Date(now).toISOString(), function_request_id: context.awsRequestId }));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: entry.value };
}
