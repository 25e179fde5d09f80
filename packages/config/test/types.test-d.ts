import type { AppConfigData } from '@aws-sdk/client-appconfigdata';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { SSM } from '@aws-sdk/client-ssm';
import { type AppConfigClient, type Config, config, type SecretsClient, type SsmClient, type StandardSchema } from '@suga/config';
import { createGateway } from '@suga/gateway';
import * as v from 'valibot';
import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';

it('types what is read by the fallback', () => {
  const { config: settings } = createGateway({ config: config() });
  expectTypeOf(settings).toEqualTypeOf<Config>();
  expectTypeOf(settings.get('A')).toEqualTypeOf<string | undefined>();
  expectTypeOf(settings.get('A', 'b')).toEqualTypeOf<string>();
  expectTypeOf(settings.getNumber('A', 5)).toEqualTypeOf<number>();
  expectTypeOf(settings.getNumber('A', null)).toEqualTypeOf<number | null>();
  expectTypeOf(settings.getBoolean('A')).toEqualTypeOf<boolean | undefined>();
  // @ts-expect-error objects are not settings; use JSON text
  settings.set('A', {});
});

it('types what is read from stores by transform and schema', () => {
  const { config: settings } = createGateway({ config: config() });
  const schema = z.object({ port: z.coerce.number() });
  expectTypeOf(settings.getParameter('/a')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(settings.getParameter('/a', { decrypt: false, ttl: 5 })).toEqualTypeOf<Promise<string>>();
  expectTypeOf(settings.getSecret('a', { transform: 'binary' })).toEqualTypeOf<Promise<Uint8Array>>();
  expectTypeOf(settings.getSecret('a', { transform: 'json' })).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(settings.getSecret<{ user: string }>('a', { transform: 'json' })).toEqualTypeOf<Promise<{ user: string }>>();
  expectTypeOf(settings.getSecret('a', { transform: 'json', schema })).toEqualTypeOf<Promise<{ port: number }>>();
  expectTypeOf(settings.getParameters(['/a', '/b'])).toEqualTypeOf<Promise<[string, string]>>();
  expectTypeOf(settings.getSecrets(['a'] as string[])).toEqualTypeOf<Promise<string[]>>();
  expectTypeOf(settings.load(schema, { port: { parameter: '/port' } })).toEqualTypeOf<Promise<{ port: number }>>();
  expectTypeOf(settings.validate(v.object({ a: v.string() }))).toEqualTypeOf<{ a: string }>();
  // @ts-expect-error secrets have no decrypt
  settings.getSecret('a', { decrypt: false });
  // @ts-expect-error no such transform
  settings.getParameter('/a', { transform: 'xml' });
});

it('fits the small contracts that others ask for, and takes the SDK as it is', () => {
  expectTypeOf<Config>().toExtend<{
    getRequired(key: string): string;
    getParameter(name: string): Promise<string>;
    getSecret(name: string): Promise<string>;
  }>();
  expectTypeOf<SSM>().toExtend<SsmClient>();
  expectTypeOf<SecretsManager>().toExtend<SecretsClient>();
  expectTypeOf<AppConfigData>().toExtend<AppConfigClient>();
  expectTypeOf<z.ZodString>().toExtend<StandardSchema<string>>();
});
