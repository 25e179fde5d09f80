import type { Middleware } from '@suga/gateway';

/**
 * An amount of Lambda use: requests, and compute in MB·ms (a GB-second is 1,024,000 MB·ms).
 *
 * Both are integers, so that sums are exact: 400,000 GB-seconds are 409,600,000,000 MB·ms, well below 2^53.
 */
export interface Amount {
  readonly requests: number;
  readonly mbMs: number;
}

/** How much of the month's allowance is used, as one of four levels. */
export type Level = 'normal' | 'warn' | 'throttle' | 'block';

/** Shares of the allowance at which the level changes; 0 < warn < throttle < block ≤ 1. */
export interface Thresholds {
  /** An alert is sent from this share on. */
  readonly warn: number;
  /** Work that is not critical is shed from this share on. The rest of the allowance is kept for critical work. */
  readonly throttle: number;
  /** All work is refused from this share on. What is used, and what work in flight may still use, never exceeds the allowance. */
  readonly block: number;
}

/** How an operation is treated while usage is throttled. */
export type Cost = 'critical' | 'normal' | 'optional' | 'low';

declare module '@suga/gateway' {
  interface Facts {
    /**
     * How the operation is treated from THROTTLE on. `critical`: always runs. `normal`: a share is shed that grows until BLOCK. One decision holds
     * for all normal operations of an invocation, and critical invocations shed none. `optional`: always shed. `low`: costs next to nothing, and
     * always runs.
     * @default 'critical' if the fact `critical` is set; 'normal' if the operation returns a promise or a stream; else 'low'
     */
    readonly cost?: Cost | undefined;
  }
}

/** Options of the middleware. Each one can also be set by an environment variable. */
export interface FtpmsOptions {
  /** Whether the protection is on. If it is off, every cold start emits a warning. @default FTPMS_ENABLED, else true */
  readonly enabled?: boolean | undefined;
  /** The DynamoDB table that holds the ledger. Without it only this environment is counted, and nothing is guaranteed. @default FTPMS_TABLE */
  readonly table?: string | undefined;
  /** The ledger within the table. Functions that share an allowance have the same scope. @default FTPMS_SCOPE, else 'account' */
  readonly scope?: string | undefined;
  /**
   * Critical invocations of this function: all (`true`), none (`false`), or those of the named event sources (`sqs`, `apigw-v2`).
   * @default FTPMS_CRITICAL ('true', 'false' or names, separated by commas), else false
   */
  readonly critical?: boolean | readonly string[] | undefined;
  /** Name or ARN of the function that stops the others (`@suga/ftpms/guardian`). @default FTPMS_GUARDIAN */
  readonly guardian?: string | undefined;
  /**
   * How invocations that are not critical are treated while the ledger is unreachable. `open` runs them, and nothing is guaranteed then.
   * @default FTPMS_FAIL_MODE, else 'closed'
   */
  readonly failMode?: 'closed' | 'open' | undefined;
  /**
   * Number of critical invocations that each environment may run per month while the ledger is unreachable. The guardian includes it in the
   * inequality, so set the same value for all functions and the guardian.
   * @default FTPMS_EMERGENCY, else 10
   */
  readonly emergency?: number | undefined;
  /**
   * Milliseconds that AWS bills after the handler has ended, for extensions and slow responses. They are booked with each invocation. CloudWatch's
   * `PostRuntimeExtensionsDuration` is the value to set.
   * @default FTPMS_AFTER_MS, else 0
   */
  readonly afterMs?: number | undefined;
  /**
   * Milliseconds of INIT before the Node.js process starts: the start of the environment and of extensions. AWS bills this time, and code cannot
   * measure it. It is booked with each cold start. Compare it with the `Init Duration` in REPORT log lines.
   * @default FTPMS_BEFORE_MS, else 250
   */
  readonly beforeMs?: number | undefined;
  /**
   * Free compute of a month, in GB-seconds. Used only without a table, because the ledger has its own limit.
   * @default FTPMS_GB_SECONDS_LIMIT, else 400_000
   */
  readonly gbSecondsLimit?: number | undefined;
  /** Free requests of a month. Used only without a table. @default FTPMS_REQUEST_LIMIT, else 1_000_000 */
  readonly requestLimit?: number | undefined;
  /**
   * Thresholds of the levels. Used only without a table.
   * @default FTPMS_WARN_THRESHOLD, FTPMS_THROTTLE_THRESHOLD, FTPMS_BLOCK_THRESHOLD (0.75 or 75), else 0.75, 0.85, 0.95
   */
  readonly thresholds?: Partial<Thresholds> | undefined;
  /** Called when this environment learns that the level has changed. */
  readonly onLevel?: ((level: Level, report: FtpmsReport) => void) | undefined;
}

/** The state of the protection in one environment. */
export interface FtpmsReport {
  /** `guarded`: a ledger limits usage. `local`: only this environment is counted, and nothing is guaranteed. `off`: no protection. */
  readonly state: 'guarded' | 'local' | 'off';
  readonly level: Level;
  /** The month in UTC to which usage is booked: `2026-11`. */
  readonly month: string;
  /** The ledger's last response. Undefined before the first one. */
  readonly ledger?: {
    /** Time of the response, in ms since the epoch. */
    readonly at: number;
    readonly limit: Amount;
    readonly cap: Amount;
    /** The part of the cap that is neither used nor leased. */
    readonly remaining: Amount;
  };
  /** The amount that this environment may use before it asks the ledger again. */
  readonly lease: Amount;
  /** Counts of this environment since it started. */
  readonly counts: {
    readonly admitted: number;
    /** Invocations that were refused, for lack of a lease or because a share is shed. */
    readonly refused: number;
    /** Operations that were shed within admitted invocations. */
    readonly shed: number;
    /** Invocations that were admitted while the ledger was unreachable. */
    readonly emergency: number;
    /** `leases`: requests to the ledger. `failures`: requests that got no usable response. */
    readonly leases: number;
    readonly failures: number;
  };
}

/** Free Tier Protection & Monitoring System (FTPMS): the middleware of a protected function. */
export interface Ftpms extends Middleware {
  report(): FtpmsReport;
}

/** A protected function: its configuration at AWS, and whether it is critical. */
export interface ProtectedFunction {
  readonly name: string;
  readonly critical: boolean;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Reserved concurrency. Undefined if none is set; then nothing can be guaranteed. */
  readonly concurrency: number | undefined;
}

/** The numbers from which the guarantee is calculated. */
export interface Plan {
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly functions: readonly ProtectedFunction[];
  /** Milliseconds from the first refusal until the last function is stopped. */
  readonly stopLatencyMs: number;
  /** Number of critical invocations that each environment may run without the ledger. */
  readonly emergency: number;
  /** The use of functions that are not protected, until the guardian notices it. */
  readonly other: Amount;
  /** The use of functions that are not protected, from then until the month ends. No stop ends it. */
  readonly otherUntilMonthEnds: Amount;
  /** The guardian's own use until the month ends. It continues after a stop. */
  readonly guardian: GuardianUse;
}

/** The guardian's own use, from now until the month ends. */
export interface GuardianUse {
  /** Number of invocations by its schedule, by alarms and by hand. */
  readonly invocations: number;
  /** Compute of these invocations, in MB·ms. */
  readonly mbMs: number;
  /** Compute of one call by an environment that was refused, in MB·ms. */
  readonly mbMsPerCall: number;
}

/** The guarantee's inequality for one quantity, `reached ≤ limit`, and its parts. */
export interface Inequality {
  readonly of: 'requests' | 'compute';
  /** The amount up to which the ledger grants. */
  readonly cap: number;
  readonly limit: number;
  /**
   * Amount used so far. Defined only if the month is blocked and everything that was refused is measured. Nothing more is granted then, so this
   * amount counts instead of the cap.
   */
  readonly used?: number | undefined;
  /** Use that can be added: requests refused while functions are being stopped, work in flight, emergencies, other functions, the guardian. */
  readonly parts: readonly { readonly what: string; readonly amount: number }[];
  /** Sum of the parts and of the cap, or of `used` if it is defined. */
  readonly reached: number;
  readonly holds: boolean;
}

/** Results and actions of a run of the guardian, for the command line and the page. Stored in the ledger's table as JSON. */
export interface GuardianReport {
  readonly version: 1;
  readonly month: string;
  readonly scope: string;
  /** Time of the run, in ms since the epoch. */
  readonly at: number;
  readonly level: Level;
  readonly mode: 'open' | 'reserved' | 'blocked';
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly cap: Amount;
  /** Amount used: CloudWatch's figures up to `measuredUntil` (ms since the epoch), plus all INITs. */
  readonly measured: Amount;
  readonly measuredUntil: number;
  /** Amount that is granted and not settled yet. */
  readonly leased: Amount;
  readonly projection: { readonly requests: Projection; readonly mbMs: Projection };
  /** Use per UTC day of this month, in order. */
  readonly days: readonly ({ readonly day: string } & Amount)[];
  readonly functions: readonly (ProtectedFunction &
    Amount & {
      /** Reserved concurrency before the guardian changed it; `null` if there was none. Undefined if it is not changed. */
      readonly saved?: number | null | undefined;
      readonly stopped: boolean;
      /** Whether the saved configuration is unknown because the function's tags could not be read. The next run tries again. @default false */
      readonly unread?: boolean | undefined;
    })[];
  /** The use of functions that are not protected, and their names. */
  readonly other: Amount & { readonly functions: readonly string[] };
  /** AWS's own figures. Undefined without permission to read them. */
  readonly aws?: (AwsUse & { readonly at: number }) | undefined;
  /** The guardian's own use of each free allowance this month. */
  readonly own: readonly OwnUse[];
  readonly inequalities: readonly Inequality[];
  /** The guardian's schedule. `slow` is true while it is lowered to once an hour after a BLOCK. Undefined if its EventBridge rules are unknown. */
  readonly schedule?: { readonly rules: readonly string[]; readonly canSlow: boolean; readonly slow: boolean } | undefined;
  /** Events, the latest first; at most 100. */
  readonly events: readonly { readonly at: number; readonly what: string }[];
  /** Functions and settings that are not protected, in words. */
  readonly unprotected: readonly string[];
  /** The ledger's state when the report is read. Undefined if the ledger was not asked. */
  readonly now?:
    | {
        /** Time of the request, in ms since the epoch. */
        readonly at: number;
        readonly mode: GuardianReport['mode'];
        /** Whether functions are stopped by command, until another command restores them. */
        readonly isHeld: boolean;
      }
    | undefined;
}

/** AWS's own figures of the month for the whole account. They are hours old. */
export interface AwsUse extends Amount {
  /** The account's plan in AWS's words: `FREE` or `PAID`. */
  readonly plan?: string | undefined;
  /** Use of other services' free allowances. AWS lists only those that are used. */
  readonly services?: readonly ServiceUse[] | undefined;
}

/** One free allowance of another service, in AWS's own words and units. It is reported and not guaranteed. */
export interface ServiceUse {
  readonly service: string;
  readonly line: string;
  readonly unit: string;
  readonly used: number;
  /** The use at the end of the month, as AWS forecasts it. */
  readonly expected: number;
  readonly free: number;
}

/** FTPMS's own use of one free allowance, projected at this month's rate. */
export interface OwnUse {
  readonly line: string;
  readonly used: number;
  /** The use at the end of the month. */
  readonly projected: number;
  readonly free: number;
}

/** The projected use of the month. Nothing is ever blocked because of a projection alone. */
export interface Projection {
  /** Whether too little is known for a projection: less than a day of use. */
  readonly insufficient: boolean;
  readonly used: number;
  /** The likely use at the end of the month. */
  readonly expected: number;
  /** Upper bound: nine of ten months like this one end below it, if use does not grow. A projection from the past cannot foresee growth. */
  readonly upper: number;
  /** Straight line, as in the original system: use so far ÷ days elapsed × days of the month. */
  readonly linear: number;
  /** Time at which the allowance is used up at the present rate, in ms since the epoch. Undefined if the month ends before. */
  readonly exhaustedAt?: number | undefined;
}
