import { classify } from '@suga/lambda';
import type { InvocationResult, LocalFunction } from '@suga/local-lambda';
import { type DemoEvent, evening } from './events/index.ts';
import { table } from './table.ts';

/** The outcome of one event. */
interface Outcome {
  readonly sent: DemoEvent;
  readonly result: InvocationResult;
  /** A short description of the result. */
  readonly text: string;
  readonly asExpected: boolean;
}

/** Sends all events of the evening, one after the other, and prints their outcomes. Returns whether every outcome is as expected. */
export async function runEvening(fn: LocalFunction): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const sent of evening) outcomes.push(outcomeOf(sent, await fn.invoke(sent.event)));
  console.log(`\n${describe(outcomes)}\n`);
  console.log(totals(outcomes.map(({ result }) => result)));
  const wrong = outcomes.filter(({ asExpected }) => !asExpected);
  for (const { sent, text } of wrong) console.error(`Not as expected: the result of "${sent.name}" is ${text}. Expected: ${JSON.stringify(sent.expected)}.`);
  return wrong.length === 0;
}

function outcomeOf(sent: DemoEvent, result: InvocationResult): Outcome {
  const { expected } = sent;
  if (result.status !== 'success') {
    const { errorMessage } = result;
    return { sent, result, text: `refused: ${errorMessage}`, asExpected: 'error' in expected && errorMessage.includes(expected.error) };
  }
  const payload = (result.payload ?? {}) as { statusCode?: number; body?: string; batchItemFailures?: unknown[] };
  if (payload.statusCode !== undefined) {
    return { sent, result, text: `${payload.statusCode} ${payload.body ?? ''}`, asExpected: 'status' in expected && payload.statusCode === expected.status };
  }
  if (payload.batchItemFailures) {
    const failures = payload.batchItemFailures.length;
    return { sent, result, text: `${failures} message returned to the queue`, asExpected: 'failures' in expected && failures === expected.failures };
  }
  return { sent, result, text: JSON.stringify(result.payload) ?? 'done', asExpected: 'result' in expected };
}

function describe(outcomes: readonly Outcome[]): string {
  const head = ['event', 'kind', 'result', 'ms', 'INIT ms', 'interfaces loaded', 'MB'];
  const rows = outcomes.map(({ sent, result, text }) => [
    sent.name,
    classify(sent.event) ?? 'unknown',
    text.length > 46 ? `${text.slice(0, 45)}…` : text,
    result.report.duration.toFixed(2),
    result.report.initDuration?.toFixed(2) ?? '',
    loadedBy(result.logs).join(', '),
    String(result.report.maxMemoryUsed),
  ]);
  return table(head, rows, new Set(['ms', 'INIT ms', 'MB']));
}

/** Returns the interfaces that the gateway loaded during an invocation, read from the function's log. */
function loadedBy(logs: readonly string[]): string[] {
  return logs.flatMap((line) => {
    const [, json] = /(\{.*\})/.exec(line) ?? [];
    const record = json?.includes('"Interface loaded"') ? (JSON.parse(json) as { interface: string }) : undefined;
    return record ? [record.interface] : [];
  });
}

/** Compares the usage that AWS would bill for the evening with the free monthly allowance. */
function totals(results: readonly InvocationResult[]): string {
  const gbSeconds = results.reduce((sum, { report }) => sum + (report.billedDuration / 1000) * (report.memorySize / 1024), 0);
  const share = (used: number, free: number): string => `${((used / free) * 100).toPrecision(2)} %`;
  return [
    `${results.length} requests: ${share(results.length, 1_000_000)} of the free month's 1,000,000`,
    `${gbSeconds.toFixed(4)} GB-seconds, INIT included: ${share(gbSeconds, 400_000)} of the free month's 400,000`,
  ].join('\n');
}
