import type { Report } from './result.ts';

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;

/** Returns the billed duration in ms, as Lambda computes it: INIT of a cold start included, rounded up. */
export function billedDuration(duration: number, initDuration = 0): number {
  return Math.ceil(duration + initDuration);
}

/** Returns the line that CloudWatch shows. `Restarts` at its end is an addition of this package; it appears only above 0. */
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

/** Returns the line that CloudWatch shows if INIT failed. */
export function formatInitReport(duration: number, status: Report['status'], errorType: string): string {
  return [`INIT_REPORT Init Duration: ${milliseconds(duration)}`, 'Phase: init', ...formatStatus(status, errorType)].join('\t');
}

function formatStatus(status: Report['status'], errorType: string | undefined): string[] {
  if (status === 'timeout') return ['Status: timeout'];
  return errorType === undefined ? [] : ['Status: error', `Error Type: ${errorType}`];
}
