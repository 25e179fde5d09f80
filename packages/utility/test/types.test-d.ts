import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Utility, utility } from '@suga/utility';
import { expectTypeOf, it } from 'vitest';

it('keeps the types of its arguments', () => {
  const { utility: of } = createGateway({ utility: utility() });
  expectTypeOf(of).toEqualTypeOf<Utility>();
  expectTypeOf(auto.utility).toEqualTypeOf<Utility>();
  expectTypeOf(of.chunk([1, 2], 1)).toEqualTypeOf<number[][]>();
  expectTypeOf(of.deepMerge({ a: 1 }, { b: 'x' })).toEqualTypeOf<{ a: number } & { b: string }>();
  expectTypeOf(of.parseJson<{ id: string }>('{}')).toEqualTypeOf<{ id: string }>();
  expectTypeOf(of.parseJson<number, undefined>('1', undefined)).toEqualTypeOf<number | undefined>();
  expectTypeOf(of.safeGet<string>({}, 'a.b')).toEqualTypeOf<string | undefined>();
  expectTypeOf(of.retry(async () => 1)).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error only versions 4 and 7 exist
  of.uuid(1);
});
