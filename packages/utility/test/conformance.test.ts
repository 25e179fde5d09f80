import { conformance } from '@suga/testing';
import { utility } from '@suga/utility';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'utility',
    definition: () => utility(),
    calls: {
      formatResponse: [200, { ok: true }, { 'x-request-id': '1' }],
      successResponse: [{ ok: true }, { statusCode: 201 }],
      errorResponse: [new Error('no'), { statusCode: 404, code: 'NotFound' }],
      parseJson: ['{"a":1}', null],
      toJson: [{ a: 1 }, 2],
      deepMerge: [{ a: 1 }, { b: 2 }],
      safeGet: [{ a: [1] }, 'a[0]', 0],
      flatten: [{ a: { b: 1 } }, '.'],
      chunk: [[1, 2, 3], 2],
      uuid: [7],
      timestamp: [0, 'Europe/Berlin'],
      renderTemplate: ['Hello {{ name }}', { name: 'you' }, { missing: 'empty' }],
      retry: [() => 'done', { attempts: 2, delay: 1, maxDelay: 2 }],
      formatBytes: [1536, { digits: 2 }],
      errorDetails: [new Error('no'), { stack: false }],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
