import { config } from '@suga/config';
import { createGateway } from '@suga/gateway';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const SECRET = 'hunter2-do-not-print';
const fresh = (environment: Record<string, string>) => createGateway({ config: config({ environment }) }).config;
const thrown = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable();
};

describe('validate', () => {
  const environment = { PORT: '8080', TABLE: 'devices', OTHER: 'x' };

  it('returns the output of zod and valibot', () => {
    const settings = fresh(environment);
    expect(settings.validate(z.object({ PORT: z.coerce.number(), TABLE: z.string() }))).toEqual({ PORT: 8080, TABLE: 'devices' });
    expect(settings.validate(v.object({ TABLE: v.string() }))).toEqual({ TABLE: 'devices' });
    expect(settings.validate(z.strictObject({ TABLE: z.string() }), ['TABLE'])).toEqual({ TABLE: 'devices' });
  });

  it('accepts a schema that is a function', () => {
    const schema = Object.assign(() => undefined, { '~standard': { version: 1 as const, vendor: 'own', validate: () => ({ value: 7 }) } });
    expect(fresh({}).validate(schema)).toBe(7);
  });

  it.each([
    ['zod', z.object({ PORT: z.literal('80'), NONE: z.string() })],
    // Its messages quote the received value.
    ['valibot', v.object({ PORT: v.literal('80'), NONE: v.string() })],
  ])('names what does not fit without its value: %s', (_, schema) => {
    const error = thrown(() => fresh({ PORT: SECRET }).validate(schema, ['PORT', 'NONE']));
    expect(error).toMatchObject({
      code: 'InvalidValue',
      message: 'config: the settings must fit the schema: "PORT" does not fit, "NONE" is missing.',
      details: { names: ['PORT', 'NONE'] },
    });
    expect(process.getBuiltinModule('node:util').inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it('refuses schemas that return a promise, and names load', async () => {
    const settings = fresh(environment);
    const schema = v.objectAsync({
      TABLE: v.pipeAsync(
        v.string(),
        v.checkAsync(async (name) => name === 'devices'),
      ),
    });
    expect(() => settings.validate(schema)).toThrow(/a synchronous schema; use load/);
    expect(await settings.load(schema)).toEqual({ TABLE: 'devices' });
    expect(await settings.load(schema, { TABLE: 'TABLE' })).toEqual({ TABLE: 'devices' });
    await expect(settings.load(schema, { TABLE: 'OTHER' })).rejects.toMatchObject({ code: 'InvalidValue', message: expect.stringContaining('"TABLE"') });
    expect(settings.stats().stores).toBeUndefined();
  });

  it("lets a schema's own failure through", () => {
    const bug = new RangeError('broken');
    const throws = v.pipe(
      v.string(),
      v.transform(() => {
        throw bug;
      }),
    );
    expect(thrown(() => fresh(environment).validate(v.object({ TABLE: throws })))).toBe(bug);
  });

  it.each([undefined, null, {}, 5, { '~standard': {} }])('refuses %j for a schema', async (schema) => {
    const refused = { code: 'InvalidParams', message: expect.stringContaining('Standard Schema') };
    expect(thrown(() => fresh({}).validate(schema as never))).toMatchObject(refused);
    await expect(fresh({}).load(schema as never)).rejects.toMatchObject(refused);
    expect(thrown(() => fresh({}).validate(z.any(), 'TABLE' as never))).toMatchObject({ code: 'InvalidParams' });
  });

  it('accepts issues of any form', () => {
    const issues = [
      { message: 'x', path: [{ key: 'A' }, 0, Symbol('s')] },
      { message: 'x' },
      ...Array.from({ length: 1000 }, () => ({ message: 'x', path: ['B'.repeat(5000)] })),
    ];
    const schema = { '~standard': { version: 1 as const, vendor: 'own', validate: () => ({ issues }) } };
    const { message } = thrown(() => fresh({}).validate(schema));
    expect(message).toContain('"A.0.Symbol(s)" is missing, the value does not fit');
    expect(message.length).toBeLessThan(500);
  });
});
