import type { Amount, GuardianReport, Projection } from '../../src/contract.js';

const DAY = 86_400_000;
const SERVICES = [
  { service: 'AmazonCloudWatch', line: 'DataProcessing-Bytes', unit: 'GB', used: 1.9, expected: 4.6, free: 5 },
  { service: 'Amazon DynamoDB', line: 'WriteCapacityUnit-Hrs', unit: 'WriteCapacityUnit-Hrs', used: 1_680, expected: 3_720, free: 18_600 },
  { service: 'Amazon Simple Queue Service', line: 'Requests-Tier1', unit: 'Requests', used: 702_400, expected: 1_610_000, free: 1_000_000 },
];
const GB_SECOND = 1_024_000;
const BEGIN = Date.UTC(2026, 10, 1);
const LIMIT: Amount = { requests: 1_000_000, mbMs: 400_000 * GB_SECOND };

const projection = (used: number, expected: number, upper: number, linear: number): Projection => ({ insufficient: false, used, expected, upper, linear });

/** A small shop on the 18th of November 2026, 13:35 UTC: an API, a worker and a nightly report. Nothing is wrong. */
export function exampleReport(more: Partial<GuardianReport> = {}): GuardianReport {
  const at = BEGIN + 17 * DAY + 13 * 3_600_000 + 35 * 60_000;
  const daily = [
    11_900, 19_400, 20_100, 21_300, 20_700, 19_900, 12_300, 11_500, 20_200, 20_900, 21_800, 21_100, 20_600, 12_800, 12_100, 20_800, 21_500, 11_950,
  ];
  const days = daily.map((requests, day) => ({
    day: new Date(BEGIN + day * DAY).toISOString().slice(0, 10),
    requests,
    mbMs: Math.round(requests * 0.48 * GB_SECOND),
  }));
  const requests = daily.reduce((sum, each) => sum + each, 0);
  const mbMs = days.reduce((sum, each) => sum + each.mbMs, 0);
  return {
    version: 1,
    month: '2026-11',
    scope: 'account',
    at,
    level: 'normal',
    mode: 'open',
    limit: LIMIT,
    thresholds: { warn: 0.75, throttle: 0.85, block: 0.95 },
    cap: { requests: 944_000, mbMs: 371_500 * GB_SECOND },
    measured: { requests, mbMs },
    measuredUntil: at - 18 * 60_000,
    leased: { requests: 3_900, mbMs: 21_000 * GB_SECOND },
    projection: {
      requests: projection(requests, 551_000, 574_000, 549_600),
      mbMs: projection(mbMs, 264_500 * GB_SECOND, 275_600 * GB_SECOND, 263_800 * GB_SECOND),
    },
    days,
    functions: [
      { name: 'shop-api', critical: true, memoryMb: 512, timeoutMs: 10_000, concurrency: 10, requests: 251_300, mbMs: 98_200 * GB_SECOND, stopped: false },
      { name: 'shop-worker', critical: false, memoryMb: 1024, timeoutMs: 30_000, concurrency: 5, requests: 69_500, mbMs: 55_200 * GB_SECOND, stopped: false },
      { name: 'shop-report', critical: false, memoryMb: 256, timeoutMs: 60_000, concurrency: 1, requests: 17, mbMs: 210 * GB_SECOND, stopped: false },
    ],
    other: { requests: 6_200, mbMs: 310 * GB_SECOND, functions: ['edge-redirect', 'ftpms-guardian'] },
    aws: { requests: 309_800, mbMs: 149_000 * GB_SECOND, at: at - 7.5 * 3_600_000, plan: 'PAID', services: SERVICES },
    own: [
      { line: 'Lambda requests', used: 5_040, projected: 8_640, free: 1_000_000 },
      { line: 'CloudWatch API requests', used: 20_160, projected: 34_560, free: 1_000_000 },
      { line: 'CloudWatch custom metrics', used: 6, projected: 6, free: 10 },
      { line: 'CloudWatch alarms', used: 8, projected: 8, free: 10 },
      { line: 'DynamoDB write units a second', used: 0.4, projected: 0.4, free: 25 },
    ],
    inequalities: [
      {
        of: 'requests',
        cap: 944_000,
        limit: LIMIT.requests,
        parts: [
          { what: 'refused while functions are being stopped', amount: 2_200 },
          { what: 'in flight when functions stop', amount: 22 },
          { what: 'emergencies (critical work without a lease)', amount: 160 },
          { what: 'functions that are not protected', amount: 12_000 },
        ],
        reached: 958_382,
        holds: true,
      },
      {
        of: 'compute',
        cap: 371_500 * GB_SECOND,
        limit: LIMIT.mbMs,
        parts: [
          { what: 'refused while functions are being stopped', amount: 155 * GB_SECOND },
          { what: 'in flight when functions stop, and INITs', amount: 318 * GB_SECOND },
          { what: 'emergencies (critical work without a lease)', amount: 2_150 * GB_SECOND },
          { what: 'functions that are not protected', amount: 600 * GB_SECOND },
        ],
        reached: 374_723 * GB_SECOND,
        holds: true,
      },
    ],
    events: [
      { at: BEGIN + 9 * DAY + 7_200_000, what: 'Drill: shop-report was stopped within 3.2 s and restored.' },
      { at: BEGIN + 300_000, what: 'A new month: 2026-11. All grants returned.' },
    ],
    unprotected: [
      'INITs that crash before the handler: seen only in AWS’s own figure.',
      'Other services: CloudWatch Logs, API Gateway, data transfer.',
      'Functions that do not use the gateway.',
    ],
    ...more,
  };
}

/** The same shop after a crawler came: THROTTLE, functions that are not critical are stopped, and the requests run out in three days. */
export function throttled(): GuardianReport {
  const report = exampleReport();
  const requests = 871_400;
  return exampleReport({
    level: 'throttle',
    mode: 'reserved',
    measured: { ...report.measured, requests },
    days: report.days.map((each, day) => (day === 17 ? { ...each, requests: each.requests + requests - report.measured.requests } : each)),
    leased: { requests: 21_000, mbMs: 9_000 * GB_SECOND },
    projection: {
      ...report.projection,
      requests: { ...projection(requests, 1_510_000, 1_820_000, 1_481_000), exhaustedAt: report.at + 3.1 * DAY },
    },
    functions: report.functions.map((each) =>
      each.critical ? { ...each, requests: 801_850 } : { ...each, stopped: true, saved: each.concurrency ?? null, concurrency: 0 },
    ),
    events: [
      { at: report.at - 900_000, what: 'THROTTLE: 87 % of the requests are used, most of them by shop-api. shop-worker and shop-report stopped.' },
      ...report.events,
    ],
  });
}

/** The end: BLOCK, everything is stopped, and a function without reserved concurrency was added. */
export function blocked(): GuardianReport {
  const report = throttled();
  const requests = 943_200;
  return {
    ...report,
    level: 'block',
    mode: 'blocked',
    measured: { ...report.measured, requests },
    leased: { requests: 800, mbMs: 500 * GB_SECOND },
    projection: { ...report.projection, requests: { ...projection(requests, 1_010_000, 1_090_000, 1_603_000), exhaustedAt: report.at } },
    functions: [
      ...report.functions.map((each) => ({ ...each, stopped: true, saved: each.saved ?? each.concurrency ?? null, concurrency: 0 })),
      {
        name: 'shop-new',
        critical: false,
        memoryMb: 1024,
        timeoutMs: 900_000,
        concurrency: undefined,
        requests: 3,
        mbMs: 4 * GB_SECOND,
        stopped: true,
        saved: null,
      },
    ],
    inequalities: report.inequalities.map((each) => ({ ...each, reached: each.limit + 400_000, holds: false })),
    own: report.own.map((each, index) => (index === 3 ? { ...each, used: 11, projected: 11 } : each)),
  };
}

/** The first hour of the first month: almost nothing is known. */
export function insufficient(): GuardianReport {
  const at = BEGIN + 50 * 60_000;
  const nothing = { insufficient: true, used: 40, expected: 28_800, upper: 40_000, linear: 28_800 };
  const { aws: _, ...report } = exampleReport();
  return {
    ...report,
    at,
    measuredUntil: at - 18 * 60_000,
    measured: { requests: 40, mbMs: 20 * GB_SECOND },
    leased: { requests: 8, mbMs: 160 * GB_SECOND },
    projection: { requests: nothing, mbMs: { ...nothing, used: 20 * GB_SECOND } },
    days: [{ day: '2026-11-01', requests: 40, mbMs: 20 * GB_SECOND }],
    functions: report.functions.map((each, index) => ({ ...each, requests: index === 0 ? 40 : 0, mbMs: index === 0 ? 20 * GB_SECOND : 0 })),
    other: { requests: 0, mbMs: 0, functions: [] },
    own: report.own.map((each) => ({ ...each, used: Math.min(each.used, 12) })),
    events: [],
  };
}
