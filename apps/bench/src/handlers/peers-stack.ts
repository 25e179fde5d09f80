import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import CircuitBreaker from 'opossum';
import { type HttpApiEvent, home } from './home.ts';

const logger = new Logger({ serviceName: 'home' });
const metrics = new Metrics({ namespace: 'home', serviceName: 'home' });
const kept = new LRUCache<string, object>({ max: 1000, ttl: 60_000 });
const breaker = new CircuitBreaker(async () => home, { timeout: 1000 });
const secret = new TextEncoder().encode('a secret of at least thirty-two bytes');

/** A function with more concerns: the same work, plus metrics, a circuit breaker and token checks. */
export const handler = middy(async (event: HttpApiEvent) => {
  if (event.requestContext.http.method !== 'GET' || event.rawPath !== '/devices') return { statusCode: 404, body: '{"message":"Not Found"}' };
  const token = event.headers['authorization']?.replace('Bearer ', '');
  if (token) await jwtVerify(token, secret);
  logger.info('listed');
  metrics.addMetric('listed', MetricUnit.Count, 1);
  const devices = kept.get('devices') ?? (await breaker.fire());
  kept.set('devices', devices);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(devices) };
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics));
