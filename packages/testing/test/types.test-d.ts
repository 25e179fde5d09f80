import { type Check, conformance } from '@suga/testing';
import { expectTypeOf, it } from 'vitest';
import { notes, subject } from './notes.js';

it('wants arguments for every operation, and for no other', () => {
  expectTypeOf(conformance(subject())).toEqualTypeOf<readonly Check[]>();
  const definition = () => notes();
  // @ts-expect-error "all" is missing
  conformance({ name: 'notes', definition, calls: { add: ['x'], addMany: [[]], find: ['x'] } });
  // @ts-expect-error there is no "remove"
  conformance({ name: 'notes', definition, calls: { add: ['x'], addMany: [[]], find: ['x'], all: [], remove: [] } });
  // A function gets the interface's own operations.
  conformance({ name: 'notes', definition, calls: { add: ['x'], addMany: [[]], find: ({ add }) => [String(add('x'))], all: [] } });
});
