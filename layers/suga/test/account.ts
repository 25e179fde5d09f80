import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloudWatch, freeTier, lambdaControl, sns, startAws } from '@suga/aws-fakes';
import { layerFolder } from '@suga/layer';
import { type InvocationResult, type LocalFunction, startFunction } from '@suga/local-lambda';
import { startDynamo } from './dynamo.js';

const TABLE = 'ftpms';
const HOUR = 3_600_000;

/**
 * Moves the clock of this process to six hours before the end of the month, and returns the shift in ms. The guarantee reserves a run of the guardian
 * per minute until the month ends: 1,440 a day, almost the limit of a test. And if the month ended during a test, a new ledger would begin.
 */
function moveClock(): number {
  const now = new Date();
  const shift = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - 6 * HOUR - now.getTime();
  process.env['SUGA_CLOCK_SHIFT_MS'] = String(shift);
  createRequire(import.meta.url)('@suga/vitest/clock-shift');
  return shift;
}

/** The shift of all clocks of the accounts. Those of this process set the deadlines of functions and the times of the fakes. */
const shift = moveClock();
const preloaded = ['@suga/vitest/clock-shift', '@suga/vitest/patience'].flatMap((name) => ['--require', fileURLToPath(import.meta.resolve(name))]);

/** The result of an invocation, or `throttled` if the function has reserved concurrency 0. */
export type Answered = InvocationResult | 'throttled';

/** A small account on this machine: functions under the runtime client, an `invoke` that respects reserved concurrency, and the services they use. */
export class SmallAccount implements AsyncDisposable {
  readonly watch = cloudWatch();
  readonly lambda = lambdaControl({
    orders: { memoryMb: 128, timeout: 60, concurrency: 1 },
    guardian: { memoryMb: 128, timeout: 60 },
  });
  readonly topics = sns('alerts');
  readonly #tier = freeTier();
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #functions = new Map<string, LocalFunction>();
  #environment: Record<string, string> = {};
  readonly #folder: string;

  /** @param folder Folder for temporary files. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(settings: Readonly<Record<string, string>>): Promise<void> {
    const aws = await startAws(this.watch.service, this.lambda.service, this.topics.service, this.#tier.service);
    this.#closers.push(() => aws.close());
    const dynamo = await startDynamo(TABLE, 'pk');
    this.#closers.push(() => dynamo.close());
    this.#environment = {
      AWS_ENDPOINT_URL: aws.settings.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.settings.endpoint,
      AWS_REGION: aws.settings.region,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      SUGA_CLOCK_SHIFT_MS: String(shift),
      FTPMS_TABLE: TABLE,
      FTPMS_GUARDIAN: 'guardian',
      FTPMS_FUNCTIONS: 'orders',
      FTPMS_TOPIC: 'arn:aws:sns:eu-west-1:123456789012:alerts',
      ...settings,
    };
  }

  /** Deploys a function, or deploys it again with other settings. */
  async deploy(name: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#functions.get(name)?.close();
    Object.assign(this.#environment, settings);
    const started = await startFunction({
      taskRoot: join(import.meta.dirname, 'fixtures', 'free-tier'),
      handler: `${name}.handler`,
      name,
      layers: [layerFolder, sdkLayer(this.#folder)],
      memory: 128,
      timeout: 60_000,
      initTimeout: 900_000,
      nodeArguments: preloaded,
      environment: this.#environment,
    });
    this.#functions.set(name, started);
  }

  /** Invokes a function, counts the invocation in CloudWatch, and then invokes the functions that this function invoked. */
  async invoke(name: string, event: unknown): Promise<Answered> {
    if (this.lambda.functions.get(name)?.concurrency === 0) return 'throttled';
    const at = Date.now();
    const result = (await this.#functions.get(name)?.invoke(event)) as InvocationResult;
    if (name !== 'guardian') this.watch.invoked(name, at, result.report.duration);
    for (const { function: called, payload } of this.lambda.invocations.splice(0)) await this.invoke(called, payload);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#functions.values()) await each.close();
    for (const close of this.#closers) await close();
  }
}

/** Returns a layer with the AWS SDK, which Lambda's runtime would have. */
function sdkLayer(folder: string): string {
  const modules = join(folder, 'sdk', 'nodejs', 'node_modules', '@aws-sdk');
  mkdirSync(modules, { recursive: true });
  for (const client of ['client-cloudwatch', 'client-lambda', 'client-sns']) {
    const from = join(import.meta.dirname, '..', 'node_modules', '@aws-sdk', client);
    try {
      symlinkSync(realpathSync(from), join(modules, client));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return join(folder, 'sdk');
}
