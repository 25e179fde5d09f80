import { control, createGateway } from '@suga/gateway';
import { type LmmsReport, lmms, type Usage } from '@suga/lmms';

const part = () => ({ operations: { get: { params: {} } }, load: () => ({ operations: { get: () => 1 } }) });

/** Returns the real usage and report of a gateway after 20 requests: `a` is called in all, `b` in half, `c` in one. */
export async function gatewayExports(): Promise<{ readonly usage: Usage; readonly report: LmmsReport }> {
  const memory = lmms({ minResident: 0, gracePeriod: 0 });
  const gateway = createGateway({ a: part(), b: part(), c: part() } as never, { middleware: [memory] });
  const parts = gateway as unknown as Readonly<Record<'a' | 'b' | 'c', { get(): number }>>;
  for (let index = 0; index < 20; index++) {
    await control(gateway).run({ id: `${index}`, source: 'sqs' }, () => {
      parts.a.get();
      if (index % 2 === 0) parts.b.get();
      if (index === 0) parts.c.get();
    });
  }
  return { usage: memory.usage(), report: memory.report() };
}

/** Returns fixed usage of one request type. */
export const usage = (own: Partial<Usage['requests'][string]> = {}): Usage => ({
  version: 1,
  environments: 1,
  requests: { http: { invocations: 10, coldStarts: 4, interfaces: { a: 10 }, cold: { a: 4 }, operations: { 'a.get': 10 }, together: {}, ...own } },
  loads: { a: { count: 4, totalMs: 40 } },
});
