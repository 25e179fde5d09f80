import { createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { store } from '@suga/store';
import { expect, it } from 'vitest';

it('fuses different operations of the store, and keeps their order', async () => {
  const fusing = ofb();
  const gateway = createGateway({ store: store() }, { middleware: [fusing] });
  const { store: made } = gateway;
  const answers = await Promise.all([
    made.set('a', { n: 1 }),
    made.get('a'),
    made.increment('hits', 2),
    made.increment('hits'),
    made.delete('a'),
    made.get('a'),
    ...Array.from({ length: 200 }, (_, index) => made.set(`k${index}`, index)),
  ]);
  expect(answers[1]).toEqual({ n: 1 });
  expect([answers[2], answers[3], answers[5]]).toEqual([2, 3, undefined]);
  expect(fusing.explain()).toMatchObject({
    calls: 206,
    batchCalls: 1,
    largest: 206,
    operations: { 'store.get': { fused: true, form: 'calls', shared: true } },
  });
  await expect(Promise.all([made.get('b'), made.increment('text'), made.set('text', 'no number')])).resolves.toBeDefined();
  const failed = await Promise.allSettled([made.get('k1'), made.increment('text'), made.get('k2')]);
  expect(failed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
