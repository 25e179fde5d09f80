import { type Config, config } from '@suga/config';
import { createGateway } from '@suga/gateway';
import { expectTypeOf, it } from 'vitest';

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
