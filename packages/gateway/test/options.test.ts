import { withoutUndefined } from '@suga/gateway/options';
import { expect, it } from 'vitest';

it('an option that is undefined is one that is not given; any other value is', () => {
  const given = withoutUndefined({ left: undefined, none: null, off: false, zero: 0, text: '' });
  expect(given).toStrictEqual({ none: null, off: false, zero: 0, text: '' });
});
