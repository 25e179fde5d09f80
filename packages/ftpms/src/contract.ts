import type { Middleware } from '@suga/gateway';

/**
 * What a month may use: requests, and compute in MB·ms (a GB-second is 1,024,000 of them). Whole numbers, so that sums are exact:
 * 400,000 GB-seconds are 409,600,000,000, well below 2^53.
 */
export interface Amount {
  readonly requests: number;
  readonly mbMs: number;
}

/** How near the end of the allowance the month is. */
export type Level = 'normal' | 'warn' | 'throttle' | 'block';

/** Shares of the allowance at which something happens; 0 < warn < throttle < block ≤ 1. */
export interface Thresholds {
  /** From here on it is said. */
  readonly warn: number;
  /** From here on what is not critical is shed, and the rest of the allowance is kept for what is. */
  readonly throttle: number;
  /** Here it ends: what is used, and what may still be used by work under way, never passes the allowance. */
  readonly block: number;
}

/** How much an operation matters while usage is throttled. */
export type Cost = 'critical' | 'normal' | 'optional' | 'low';

declare module '@suga/gateway' {
  interface Facts {
    /**
     * What happens to the operation from THROTTLE on: `critical` runs always; `normal` is shed by a share that grows until BLOCK, alike
     * throughout an invocation and not in critical ones; `optional` is shed at once; `low` costs nothing worth saving and runs while anything does.
     * @default 'critical' where the fact `critical` is set; 'normal' where it returns a promise or a stream; else 'low'
     */
    readonly cost?: Cost | undefined;
  }
}

/** What a protected function needs to know. */
export interface FtpmsOptions {
  /** Switching it off is said loudly, at every cold start. @default FTPMS_ENABLED, else true */
  readonly enabled?: boolean | undefined;
  /** The DynamoDB table with the ledger. Without it only this environment is counted, and nothing is guaranteed. @default FTPMS_TABLE */
  readonly table?: string | undefined;
  /** Which ledger of the table: functions that share an allowance share a scope. @default FTPMS_SCOPE, else 'account' */
  readonly scope?: string | undefined;
  /** Whether this function's invocations are critical: all, none, or those of the named event sources (`sqs`, `apigw-v2`). @default FTPMS_CRITICAL ('true', 'false' or names, separated by commas), else false */
  readonly critical?: boolean | readonly string[] | undefined;
  /** The function that stops the others (`@suga/ftpms/guardian`), by name or ARN. @default FTPMS_GUARDIAN */
  readonly guardian?: string | undefined;
  /** What happens to invocations that are not critical while the ledger cannot be reached. `open` lets them pass: the guarantee is gone then. @default FTPMS_FAIL_MODE, else 'closed' */
  readonly failMode?: 'closed' | 'open' | undefined;
  /** How many critical invocations each environment may serve while the ledger cannot be reached. The guardian must know it: one value for all. @default FTPMS_EMERGENCY, else 10 */
  readonly emergency?: number | undefined;
  /** What extensions and slow answers take after the handler, in ms: AWS bills it, and it is booked with each invocation. CloudWatch's `PostRuntimeExtensionsDuration` says how long. @default FTPMS_AFTER_MS, else 0 */
  readonly afterMs?: number | undefined;
  /**
   * Milliseconds of INIT before the Node.js process starts: the environment's start, and extensions. AWS bills them, and no code can see them;
   * they are booked with each cold start. Compare the `Init Duration` of REPORT log lines. @default FTPMS_BEFORE_MS, else 250
   */
  readonly beforeMs?: number | undefined;
  /** Free compute of a month, in GB-seconds; counts without a table, the ledger has its own. @default FTPMS_GB_SECONDS_LIMIT, else 400_000 */
  readonly gbSecondsLimit?: number | undefined;
  /** Free requests of a month, in the same way. @default FTPMS_REQUEST_LIMIT, else 1_000_000 */
  readonly requestLimit?: number | undefined;
  /** In the same way. @default FTPMS_WARN_THRESHOLD, FTPMS_THROTTLE_THRESHOLD, FTPMS_BLOCK_THRESHOLD (0.75 or 75), else 0.75, 0.85, 0.95 */
  readonly thresholds?: Partial<Thresholds> | undefined;
  /** Told whenever this environment learns of another level. */
  readonly onLevel?: ((level: Level, report: FtpmsReport) => void) | undefined;
}

/** What one environment knows. */
export interface FtpmsReport {
  /** `guarded`: by a ledger; `local`: this environment alone, nothing is guaranteed; `off`. */
  readonly state: 'guarded' | 'local' | 'off';
  readonly level: Level;
  /** The month it counts for, in UTC: `2026-11`. */
  readonly month: string;
  /** As of the last answer of the ledger; absent before the first. */
  readonly ledger?: {
    /** In ms since the epoch. */
    readonly at: number;
    readonly limit: Amount;
    readonly cap: Amount;
    /** What is not used and not leased out. */
    readonly left: Amount;
  };
  /** What this environment may still use without asking. */
  readonly lease: Amount;
  /** What this environment has done. */
  readonly counts: {
    readonly admitted: number;
    /** Refused for want of a lease, or because a share is shed. */
    readonly refused: number;
    /** Operations that were not run inside of admitted invocations. */
    readonly shed: number;
    /** Admitted while the ledger could not be reached. */
    readonly emergency: number;
    /** Times the ledger was asked, and could not be reached. */
    readonly leases: number;
    readonly failures: number;
  };
}

/** FTPMS, the Free Tier Protection & Monitoring System: the middleware of a protected function. */
export interface Ftpms extends Middleware {
  report(): FtpmsReport;
}

/** A protected function as AWS describes it, and as it is meant. */
export interface ProtectedFunction {
  readonly name: string;
  readonly critical: boolean;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Reserved concurrency; `undefined` where none is set, and then nothing can be guaranteed. */
  readonly concurrency: number | undefined;
}

/** What the guarantee rests on, as numbers. */
export interface Plan {
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly functions: readonly ProtectedFunction[];
  /** From the first refusal until the last function is stopped, in ms. */
  readonly stopLatencyMs: number;
  /** Critical invocations that each environment may serve without the ledger. */
  readonly emergency: number;
  /** The use of functions that are not protected, until it is noticed. */
  readonly other: Amount;
  /** Their use from then until the month ends: no stop ends it. */
  readonly otherUntilMonthEnds: Amount;
  /** The guardian's own use until the month ends: it runs on after a stop. */
  readonly guardian: GuardianUse;
}

/** The guardian's own use, from now until the month ends. */
export interface GuardianUse {
  /** Invocations by its schedule, by alarms and by hand. */
  readonly invocations: number;
  /** Compute of these, in MB·ms. */
  readonly mbMs: number;
  /** Compute of one call by an environment that was refused, in MB·ms. */
  readonly mbMsPerCall: number;
}

/** The guarantee's inequality for one quantity: `reached ≤ limit`, and what it is made of. */
export interface Inequality {
  readonly of: 'requests' | 'compute';
  /** Up to here rights are handed out. */
  readonly cap: number;
  readonly limit: number;
  /**
   * Used up to now. Present only while a month is blocked and everything that was refused is measured: no more rights are handed out then,
   * so it counts instead of the cap.
   */
  readonly used?: number | undefined;
  /** Use that may come on top: requests refused while functions are being stopped, work in flight, emergencies, other functions, the guardian. */
  readonly parts: readonly { readonly what: string; readonly amount: number }[];
  /** The cap, or what is used, and the parts together. */
  readonly reached: number;
  readonly holds: boolean;
}

/** What the guardian found out and did, for the command line and the page. Kept in the ledger's table. JSON. */
export interface GuardianReport {
  readonly version: 1;
  readonly month: string;
  readonly scope: string;
  /** When it was made, in ms since the epoch. */
  readonly at: number;
  readonly level: Level;
  readonly mode: 'open' | 'reserved' | 'blocked';
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly cap: Amount;
  /** Used as CloudWatch has it, up to `measuredUntil`, plus INITs. */
  readonly measured: Amount;
  readonly measuredUntil: number;
  /** Handed out and not settled yet. */
  readonly leased: Amount;
  readonly projection: { readonly requests: Projection; readonly mbMs: Projection };
  /** By UTC day of this month, in order. */
  readonly days: readonly ({ readonly day: string } & Amount)[];
  readonly functions: readonly (ProtectedFunction &
    Amount & {
      /** Reserved concurrency saved before it was changed; absent where nothing is changed. `null`: there was none. */
      readonly saved?: number | null | undefined;
      readonly stopped: boolean;
      /** Whether its tags could not be read although nothing else says what it had: the next run tries again. @default false */
      readonly unread?: boolean | undefined;
    })[];
  /** What functions that are not protected used. */
  readonly other: Amount & { readonly functions: readonly string[] };
  /** AWS's own figure, where it may be read. */
  readonly aws?: (AwsUse & { readonly at: number }) | undefined;
  /** What the guardian itself used this month: of each free line, how much. */
  readonly own: readonly OwnUse[];
  readonly inequalities: readonly Inequality[];
  /** The guardian's schedule; `slow` while it is lowered to once an hour after a BLOCK. Absent if its EventBridge rules are not known. */
  readonly schedule?: { readonly rules: readonly string[]; readonly canSlow: boolean; readonly slow: boolean } | undefined;
  /** The latest first, at most 100. */
  readonly events: readonly { readonly at: number; readonly what: string }[];
  /** What nothing here protects, in words. */
  readonly unprotected: readonly string[];
  /** What the ledger says at the time the report is read; absent where it was not asked. */
  readonly now?:
    | {
        /** In ms since the epoch. */
        readonly at: number;
        readonly mode: GuardianReport['mode'];
        /** Functions are stopped by command, until one restores them. */
        readonly isHeld: boolean;
      }
    | undefined;
}

/** What AWS itself says of the month, for the whole account: hours old. */
export interface AwsUse extends Amount {
  /** The account's plan, as AWS calls it: `FREE` or `PAID`. */
  readonly plan?: string | undefined;
  /** What other services used of what is free of them. AWS lists only what is used. */
  readonly services?: readonly ServiceUse[] | undefined;
}

/** One free line of another service, in AWS's own words and units. Shown, and not guaranteed. */
export interface ServiceUse {
  readonly service: string;
  readonly line: string;
  readonly unit: string;
  readonly used: number;
  /** By the end of the month, as AWS forecasts it. */
  readonly expected: number;
  readonly free: number;
}

/** How much of one free line FTPMS uses itself, at the rate of this month so far. */
export interface OwnUse {
  readonly line: string;
  readonly used: number;
  /** By the end of the month. */
  readonly projected: number;
  readonly free: number;
}

/** What the month will come to. Never a reason to block. */
export interface Projection {
  /** Too little is known to say: no day of this month and none before. */
  readonly insufficient: boolean;
  readonly used: number;
  /** The likely end of the month. */
  readonly expected: number;
  /** Nine of ten months like this one end below, as long as use does not grow: what only looks back sees no growth coming. */
  readonly upper: number;
  /** The original's figure: what was used ÷ days elapsed × days of the month. */
  readonly linear: number;
  /** When the allowance is used up at the present rate, in ms since the epoch; absent where that is beyond the month. */
  readonly exhaustedAt?: number | undefined;
}
