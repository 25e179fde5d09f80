import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { LRUCache } from 'lru-cache';
import { type HttpApiEvent, home } from './home.ts';

const logger = new Logger({ serviceName: 'home' });
const kept = new LRUCache<string, object>({ max: 1000, ttl: 60_000 });

/** The same work as ours, with libraries that are often used for it: Powertools Logger, Middy, lru-cache. */
export const handler = middy(async (event: HttpApiEvent) => {
  if (event.requestContext.http.method !== 'GET' || event.rawPath !== '/devices') return { statusCode: 404, body: '{"message":"Not Found"}' };
  logger.info('listed');
  const devices = kept.get('devices') ?? home;
  kept.set('devices', devices);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(devices) };
}).use(injectLambdaContext(logger));
