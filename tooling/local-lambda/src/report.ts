import type { Report } from './result.ts';

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;

/** Bills as Lambda does: the cold start's INIT counts, every started millisecond counts. */
export function billedDuration(duration: number, initDuration = 0): number {
  return Math.ceil(duration + initDuration);
}

/** The line that CloudWatch shows; `Restarts` is our own addition at its end, and only where there were any. */
export function formatReport(report: Report): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${milliseconds(report.duration)}`,
    `Billed Duration: ${report.billedDuration} ms`,
    `Memory Size: ${report.memorySize} MB`,
    `Max Memory Used: ${report.maxMemoryUsed} MB`,
  ];
  if (report.initDuration !== undefined) fields.push(`Init Duration: ${milliseconds(report.initDuration)}`);
  fields.push(...formatStatus(report.status, report.errorType));
  if (report.restarts > 0) fields.push(`Restarts: ${report.restarts}`);
  return fields.join('\t');
}

/** What CloudWatch shows when INIT did not succeed. */
export function formatInitReport(duration: number, status: Report['status'], errorType: string): string {
  return [`INIT_REPORT Init Duration: ${milliseconds(duration)}`, 'Phase: init', ...formatStatus(status, errorType)].join('\t');
}

function formatStatus(status: Report['status'], errorType: string | undefined): string[] {
  if (status === 'timeout') return ['Status: timeout'];
  return errorType === undefined ? [] : ['Status: error', `Error Type: ${errorType}`];
}
