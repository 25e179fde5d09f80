import { createHandler, type RotationHandlers } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { rotation } from './events/answering.js';
import { context, stage } from './test-gateway.js';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const handlers = (seen: unknown[]): RotationHandlers =>
  Object.fromEntries(
    steps.map((name) => [
      name,
      ({ secretId, versionId, rotationToken }: { secretId: string; versionId: string; rotationToken: string | undefined }) => {
        seen.push([name, secretId, versionId, rotationToken]);
        return 'the new secret';
      },
    ]),
  ) as never;

describe('rotation', () => {
  it.each(steps)('runs %s, and returns nothing', async (step) => {
    const seen: unknown[] = [];
    expect(
      await createHandler(stage().gateway, { events: { rotation: handlers(seen) } })(rotation(step, { RotationToken: 't' }), context(60_000)),
    ).toBeUndefined();
    expect(seen).toEqual([[step, 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:db', 'version-2', 't']]);
  });

  it('fails as its step fails, and before the deadline', async () => {
    const failing = { ...handlers([]), testSecret: () => Promise.reject(new Error('wrong password')), setSecret: () => new Promise(() => undefined) };
    const handler = createHandler(stage().gateway, { events: { rotation: failing } });
    await expect(handler(rotation('testSecret'), context(60_000))).rejects.toThrow('wrong password');
    await expect(handler(rotation('setSecret'), context(200))).rejects.toMatchObject({ code: 'Deadline' });
  });

  it('keeps the table of steps as this', async () => {
    class Database implements RotationHandlers {
      readonly #done: string[] = [];
      createSecret(): void {
        this.#done.push('created');
      }
      setSecret(): void {}
      testSecret(): void {
        if (this.#done.length === 0) throw new Error('nothing was created');
      }
      finishSecret(): void {}
    }
    const handler = createHandler(stage().gateway, { events: { rotation: new Database() } });
    await handler(rotation('createSecret'), context(60_000));
    expect(await handler(rotation('testSecret'), context(60_000))).toBeUndefined();
  });

  it.each(steps)('requires %s in INIT', (step) => {
    const { [step]: _left, ...rest } = handlers([]);
    expect(() => createHandler(stage().gateway, { events: { rotation: rest as never } })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(`events.rotation.${step}: expected a function`) }),
    );
  });

  it('refuses an unknown step', () => {
    expect(() => createHandler(stage().gateway, { events: { rotation: { ...handlers([]), finish: () => 1 } as never } })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining('finishSecret') }),
    );
  });
});
