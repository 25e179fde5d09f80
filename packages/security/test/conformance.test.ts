import { type Security, security } from '@suga/security';
import { conformance } from '@suga/testing';
import { it } from 'vitest';

const settings = {
  tokens: { algorithms: ['HS256'], secret: 'a secret of more than thirty-two bytes, for tests' },
  encryption: { keys: { k1: Buffer.alloc(32, 1) } },
  passwords: { cost: 1024, parallelization: 1 },
} as const;

const suite = conformance<Security>({
  name: 'security',
  definition: () => security(settings),
  calls: {
    verifyToken: async ({ signToken }) => [await signToken({ sub: 'lamp' })],
    signToken: [{ sub: 'lamp' }],
    encrypt: ['text', { context: { user: '1' } }],
    decrypt: async ({ encrypt }) => [await encrypt('text')],
    hashPassword: ['correct horse'],
    verifyPassword: async ({ hashPassword }) => ['correct horse', await hashPassword('correct horse')],
    needsRehash: async ({ hashPassword }) => [await hashPassword('correct horse')],
    hash: ['text', { algorithm: 'sha512' }],
    verifyHash: ({ hash }) => ['text', hash('text')],
    hmac: ['text', 'key'],
    verifyHmac: ({ hmac }) => ['text', hmac('text', 'key'), 'key'],
    equals: ['a', 'b'],
    validate: [{ name: 'lamp' }, { type: 'record', fields: { name: { type: 'string' } } }],
    validateRequest: [{ query: { limit: '5' } }, { query: { limit: { type: 'number' } } }],
    validateString: ['lamp', { max: 10 }, 'name'],
    validateEmail: ['a@example.com'],
    validateUrl: ['https://example.com/'],
    validateNumber: [5, { min: 1 }],
    validateRecord: [{ a: 1 }],
    validateList: [[1, 2]],
    checkRateLimit: ['k', { limit: 1000 }],
    resetRateLimit: ['k'],
    sanitizeForLog: [{ password: 'x' }],
    escapeHtml: ['<b>'],
    correlationId: ['order'],
    stats: [],
  },
});
for (const { name, run } of suite) it(name, run);
