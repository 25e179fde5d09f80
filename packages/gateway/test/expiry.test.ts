import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';
import fc from 'fast-check';
import { expect, it } from 'vitest';

interface Entry extends Expiring {
  readonly id: number;
}

/** The ends in the order in which the heap gives them. */
function drained(heap: ExpiryHeap<Entry>): number[] {
  const ends: number[] = [];
  for (let entry = heap.expired(Number.MAX_VALUE); entry; entry = heap.expired(Number.MAX_VALUE)) {
    ends.push(entry.expires);
    heap.remove(entry);
  }
  return ends;
}

it('gives what has ended, the earliest first, whatever was added and removed before', () => {
  const step = fc.oneof(
    fc.record({ add: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.POSITIVE_INFINITY)) }),
    fc.record({ remove: fc.nat(100) }),
    fc.record({ expire: fc.integer({ min: 0, max: 60 }) }),
    fc.constant({ clear: true }),
  );
  // So many that the heap is several levels deep, in any order.
  const first = fc.array(
    fc.integer({ min: 0, max: 50 }).map((add) => ({ add })),
    { minLength: 15, maxLength: 60 },
  );
  fc.assert(
    fc.property(first, fc.array(step, { maxLength: 100, size: 'max' }), (beginning, more) => {
      const heap = new ExpiryHeap<Entry>();
      const model = new Set<Entry>();
      const all: Entry[] = [];
      for (const each of [...beginning, ...more]) {
        if ('clear' in each) {
          heap.clear();
          for (const { place } of model) expect(place).toBe(-1);
          model.clear();
        } else if ('add' in each) {
          const entry = { id: all.length, expires: each.add, place: -1 };
          all.push(entry);
          model.add(entry);
          heap.add(entry);
        } else if ('remove' in each) {
          const entry = all[each.remove];
          if (!entry) continue;
          model.delete(entry);
          heap.remove(entry);
          expect(entry.place).toBe(-1);
        } else {
          const ended = [...model].filter(({ expires }) => expires <= each.expire).map(({ expires }) => expires);
          for (const expires of ended.toSorted((a, b) => a - b)) {
            const entry = heap.expired(each.expire) as Entry;
            expect(entry.expires).toBe(expires);
            heap.remove(entry);
            model.delete(entry);
          }
          expect(heap.expired(each.expire)).toBeUndefined();
        }
      }
      const ends = [...model].map(({ expires }) => expires).filter(Number.isFinite);
      expect(drained(heap)).toEqual(ends.toSorted((a, b) => a - b));
    }),
  );
});

it('does not take in what never ends', () => {
  const heap = new ExpiryHeap<Entry>();
  const entry = { id: 1, expires: Number.POSITIVE_INFINITY, place: -1 };
  heap.add(entry);
  expect([heap.expired(Number.POSITIVE_INFINITY), entry.place]).toEqual([undefined, -1]);
});
