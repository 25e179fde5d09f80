import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';
import fc from 'fast-check';
import { expect, it } from 'vitest';

interface Entry extends Expiring {
  readonly id: number;
}

it('gives what has ended, the earliest first, whatever was added and removed before', () => {
  const step = fc.oneof(
    fc.record({ add: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.POSITIVE_INFINITY)) }),
    fc.record({ remove: fc.nat(100) }),
    fc.record({ expire: fc.integer({ min: 0, max: 60 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new ExpiryHeap<Entry>();
      const model = new Set<Entry>();
      const all: Entry[] = [];
      for (const each of steps) {
        if ('add' in each) {
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
    }),
  );
});
