import { type Bake, type BakeErrorCode, type BakeOptions, bake } from '@suga/cli';
import { expectTypeOf, it } from 'vitest';

it('bakes by a program and a folder', () => {
  expectTypeOf(bake({ run: 'warm.cjs', out: 'baked' })).toEqualTypeOf<Promise<Bake>>();
  expectTypeOf<BakeErrorCode>().toEqualTypeOf<'BakeFailed'>();
  expectTypeOf<BakeOptions['include']>().toEqualTypeOf<readonly string[] | undefined>();
  // @ts-expect-error a folder is needed
  bake({ run: 'warm.cjs' });
  // @ts-expect-error a number of MB
  bake({ run: 'warm.cjs', out: 'baked', memoryMb: '512' });
});
