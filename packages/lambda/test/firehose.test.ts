import { createHandler, type EventHandlers } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { firehose } from './events/answering.js';
import { context, type Line, stage } from './test-gateway.js';

interface Answer {
  readonly records: readonly {
    readonly recordId: string;
    readonly result: string;
    readonly data?: string;
    readonly kafkaRecordValue?: string;
    readonly metadata?: object;
  }[];
}

async function run(handle: NonNullable<EventHandlers['firehose']>, event: object, remaining = 60_000): Promise<Answer & { readonly lines: readonly Line[] }> {
  const { gateway, lines } = stage();
  const answer = (await createHandler(gateway, { events: { firehose: handle } })(event, context(remaining))) as Answer;
  return { ...answer, lines: lines.filter(({ level }) => level === 'error') };
}
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const three = firehose([
  { id: 'a', data: '{"n":1}', key: 'k' },
  { id: 'b', data: 'no json' },
  { id: 'c', data: '{"n":3}' },
]);

describe('Firehose', () => {
  it('gets each record with its own data, in the order of the event', async () => {
    const { records } = await run((record) => `${record.text()}\n`, three);
    expect(records).toEqual([
      { recordId: 'a', result: 'Ok', data: base64('{"n":1}\n') },
      { recordId: 'b', result: 'Ok', data: base64('no json\n') },
      { recordId: 'c', result: 'Ok', data: base64('{"n":3}\n') },
    ]);
  });

  it('passes records decoded', async () => {
    const seen: unknown[] = [];
    await run(
      (record) => {
        seen.push([record.id, record.partitionKey, record.arrivedAt, record.bytes().length, record.record.recordId]);
        return record.json();
      },
      firehose([{ id: 'a', data: '{"n":1}', key: 'k' }], 'kinesis'),
    );
    expect(seen).toEqual([['a', 'k', 1_763_000_000_000, 7, 'a']]);
  });

  it.each<[string, unknown, string]>([
    ['a string, as it is', 'tëxt', 'tëxt'],
    ['an empty string', '', ''],
    ['an object, as JSON', { n: 1 }, '{"n":1}'],
    ['a list', [1, 2], '[1,2]'],
    ['null', null, 'null'],
    ['a number', 7, '7'],
    ['a Map', new Map([['n', 1n]]), '{"n":"1"}'],
    ['data that has a result of its own', { result: 'win', score: 5 }, '{"result":"win","score":5}'],
    ['data whose result is no word', { result: { n: 1 }, score: 5 }, '{"result":{"n":1},"score":5}'],
    ['data that looks like an answer, in an answer', { result: 'Ok', data: { result: 'dropped' } }, '{"result":"dropped"}'],
    ['an answer with data', { result: 'Ok', data: { n: 1 } }, '{"n":1}'],
    ['an answer without data, which keeps it', { result: 'Ok' }, '{"n":1}'],
  ])('is sent %s', async (_what, value, text) => {
    const { records } = await run(() => value, firehose([{ id: 'a', data: '{"n":1}' }]));
    expect(records).toEqual([{ recordId: 'a', result: 'Ok', data: base64(text) }]);
  });

  it('is sent bytes, of any kind', async () => {
    const bytes = Uint8Array.of(0, 255, 1, 254);
    for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), { result: 'Ok', data: bytes.subarray(0) }]) {
      expect((await run(() => value, firehose([{ id: 'a', data: 'x' }]))).records).toEqual([{ recordId: 'a', result: 'Ok', data: base64(bytes) }]);
    }
    expect((await run(() => bytes.subarray(1, 3), firehose([{ id: 'a', data: 'x' }]))).records[0]?.data).toBe(base64(Uint8Array.of(255, 1)));
  });

  it('can drop a record or set its partition keys', async () => {
    const answers: Readonly<Record<string, unknown>> = {
      a: { result: 'Dropped' },
      b: { result: 'ProcessingFailed' },
      c: { result: 'Ok', metadata: { partitionKeys: { year: '2026' } } },
    };
    expect((await run(({ id }) => answers[id], three)).records).toEqual([
      { recordId: 'a', result: 'Dropped', data: '' },
      { recordId: 'b', result: 'ProcessingFailed', data: base64('no json') },
      { recordId: 'c', result: 'Ok', data: base64('{"n":3}'), metadata: { partitionKeys: { year: '2026' } } },
    ]);
  });

  it('gets a failed record back as it came, and the log the reason', async () => {
    const { records, lines } = await run((record) => record.json(), three);
    expect(records.map(({ result, data }) => [result, data])).toEqual([
      ['Ok', base64('{"n":1}')],
      ['ProcessingFailed', base64('no json')],
      ['Ok', base64('{"n":3}')],
    ]);
    expect(lines).toEqual([
      { level: 'error', message: 'Record failed', extra: expect.objectContaining({ record: 'b', source: 'firehose', error: expect.any(SyntaxError) }) },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'returned nothing'],
    ['a function', () => 1, 'returned a function'],
    ["AWS's own form, with an id and base64", { recordId: 'a', result: 'Ok', data: 'YQ==' }, 'recordId'],
    ['metadata without partition keys', { result: 'Ok', metadata: {} }, 'partitionKeys'],
    ['a partition key that is no text', { result: 'Ok', metadata: { partitionKeys: { year: 2026 } } }, '"year"'],
    ['an empty partition key', { result: 'Ok', metadata: { partitionKeys: { year: '' } } }, '"year"'],
    ['a result in other letters', { result: 'dropped' }, 'the result "dropped": a response has a result of "Ok", "Dropped" or "ProcessingFailed"'],
    ['a result that Firehose does not know', { result: 'Failed', data: 'x' }, 'the result "Failed"'],
    ['another word alone', { result: 'late' }, 'the result "late"'],
    ['no result beside data', { result: undefined, data: 'x' }, 'the result undefined'],
    ['a result that is no text', { result: 1, data: 'x' }, 'the result 1'],
    ['a further field beside data', { result: 'Ok', data: 'x', foo: 1 }, 'the field "foo" beside result'],
    ['a further field beside a word of Firehose', { result: 'Dropped', reason: 'bot' }, 'the field "reason" beside result'],
    ['a further field beside such a word in other letters', { result: 'ok', reason: 'bot' }, 'the result "ok"'],
    ['another result beside data and a further field', { result: 'win', data: 'x', score: 5 }, 'the result "win"'],
    ['a mistyped result beside metadata', { result: 'OK', metadata: { partitionKeys: { a: 'b' } } }, 'the result "OK"'],
    ['a promise inside', { a: Promise.resolve(1) }, 'promise'],
  ])('never gets %s as data', async (_what, value, words) => {
    const { records, lines } = await run(() => value, firehose([{ id: 'a', data: 'x' }]));
    expect(records).toEqual([{ recordId: 'a', result: 'ProcessingFailed', data: base64('x') }]);
    expect(lines).toMatchObject([{ extra: { error: { name: 'LambdaError', message: expect.stringMatching(new RegExp(words, 'i')) } } }]);
  });

  it('gets data from MSK back in the field that it came in', async () => {
    const event = firehose(
      [
        { id: 'a', data: 'x' },
        { id: 'b', data: 'y' },
      ],
      'msk',
    );
    expect((await run(({ id, text }) => (id === 'a' ? text().toUpperCase() : undefined), event)).records).toEqual([
      { recordId: 'a', result: 'Ok', kafkaRecordValue: base64('X') },
      { recordId: 'b', result: 'ProcessingFailed', kafkaRecordValue: base64('y') },
    ]);
  });

  it('gets a response that Lambda can return: a record that does not fit fails alone', async () => {
    const records = Array.from({ length: 4 }, (_, at) => ({ id: String(at), data: 'x' }));
    const { lines, ...answer } = await run(({ id }) => 'y'.repeat(id === '3' ? 10 : 2_000_000), firehose(records));
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6 * 1024 * 1024);
    expect(answer.records.map(({ result }) => result)).toEqual(['Ok', 'Ok', 'ProcessingFailed', 'Ok']);
    expect(answer.records[2]?.data).toBe(base64('x'));
    expect(lines).toMatchObject([{ extra: { record: '2', error: { message: expect.stringContaining('buffer size') } } }]);
  });

  it('keeps room for the failure of every record', async () => {
    const records = Array.from({ length: 3_010 }, (_, at) => ({ id: `${at}`.padStart(56, '0'), data: 'x' }));
    const { lines, ...answer } = await run(({ id }) => (Number(id) < 10 ? 'y'.repeat(440_000) : 'z'.repeat(60)), firehose(records));
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6 * 1024 * 1024);
    expect(answer.records.map(({ recordId }) => recordId)).toEqual(records.map(({ id }) => id));
    expect(answer.records[0]?.result).toBe('Ok');
    const failed = answer.records.filter(({ result }) => result === 'ProcessingFailed');
    expect(failed.length).toBeGreaterThan(0);
    expect(lines).toHaveLength(failed.length);
  });

  it('leaves out the data of failed records if not even that fits', async () => {
    const records = Array.from({ length: 3 }, (_, at) => ({ id: String(at), data: 'x'.repeat(1_900_000) }));
    const { lines, ...answer } = await run(
      ({ id, text }) => (id === '2' ? Promise.reject(new Error('no')) : text() + text().slice(0, 300_000)),
      firehose(records),
    );
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6 * 1024 * 1024);
    expect(answer.records.map(({ result, data }) => [result, data?.length])).toEqual([
      ['Ok', 2_933_336],
      ['Ok', 2_933_336],
      ['ProcessingFailed', 0],
    ]);
    expect(lines).toHaveLength(2);
  });

  it('invokes the function again if time runs out, so that no record is lost', async () => {
    await expect(run(({ id }, { signal }) => (id === 'b' ? new Promise(() => signal) : 'done'), three, 200)).rejects.toMatchObject({ code: 'Deadline' });
  });
});
