import { ftpms } from '@suga/ftpms';
import { control, createGateway, type Interface } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

describe('ofb and ftpms', () => {
  interface Values {
    get(key: string): Promise<string>;
    peek(key: string): Promise<string>;
    getMany(keys: readonly string[]): Promise<readonly string[]>;
  }

  /** A gateway whose allowance is used up, with both middleware in the given order. Lists the operations that reach the backend. */
  async function blocked(isOfbFirst: boolean) {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    onTestFinished(() => warnings.mockRestore());
    const reached: string[] = [];
    const one = (operation: string) => async (key: string) => {
      reached.push(operation);
      return key;
    };
    const getMany = async (keys: readonly string[]) => {
      reached.push('getMany');
      return keys;
    };
    const read = { returns: 'promise', params: { key: {} }, batch: 'getMany', idempotent: true } as const;
    const values: Interface<Values> = {
      operations: { get: { ...read, cost: 'critical' }, peek: read, getMany: { returns: 'promise', params: { keys: {} } } },
      load: () => ({ operations: { get: one('get'), peek: one('peek'), getMany } }),
    };
    const [fusing, protection] = [ofb(), ftpms({ requestLimit: 20 })];
    const gateway = createGateway({ values }, { middleware: isOfbFirst ? [fusing, protection] : [protection, fusing] });
    for (let id = 0; id < 100 && protection.report().level !== 'block'; id++) {
      await control(gateway)
        .run({ id: String(id) }, () => undefined)
        .catch(() => undefined);
    }
    expect(protection.report().level).toBe('block');
    return { values: gateway.values, fusing, reached, warnings };
  }

  it('in this order: single calls are shed by their own cost, and the others are batched', async () => {
    const { values, fusing, reached } = await blocked(true);
    const shed = Promise.allSettled([values.peek('a'), values.peek('b')]);
    expect(await Promise.all([values.get('c'), values.get('d'), values.get('e')])).toEqual(['c', 'd', 'e']);
    expect(await shed).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'Throttled' } }));
    expect(reached).toEqual(['getMany']);
    expect(fusing.explain().operations['values.get']).toMatchObject({ fused: true, batched: 3 });
  });

  it('in the other order: operations are not fused if they and their batch differ in cost', async () => {
    const { values, fusing, reached, warnings } = await blocked(false);
    expect(await Promise.all([values.get('c'), values.get('d'), values.get('e')])).toEqual(['c', 'd', 'e']);
    expect(reached).toEqual(['get', 'get', 'get']);
    expect(fusing.explain().operations['values.get']).toEqual({ fused: false, reason: expect.stringContaining('ftpms runs inside of ofb') });
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('Put ofb first in the list of middleware.'));
  });
});
