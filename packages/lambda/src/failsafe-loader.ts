import { LambdaError } from './errors.js';
import { isJsonObject } from './json/json-object.js';
import { formatValue } from './option-checks.js';
import { plainError } from './plain-error.js';
import { startTimer } from './timer.js';

/** A handler as Lambda calls it, with any types of event and context. */
export type AnyHandler = (event: never, context: never) => unknown;

/** Milliseconds before Lambda's deadline at which the failsafe responds if the function is still being loaded. At most half of the remaining time. */
const MARGIN = 500;
/** The same for CloudFormation, whose response is a request of its own. At most a quarter of the remaining time. */
const CLOUDFORMATION_MARGIN = 3_000;

export const invalidArgument = (expected: string, value: unknown): LambdaError =>
  new LambdaError('InvalidOptions', `failsafe: expected ${expected}, not ${formatValue(value)}.`);

export interface HandlerLoader {
  /** Returns the handler if it is loaded. */
  loaded(): AnyHandler | undefined;
  /** Returns the attempt that is running or has ended last, or starts the first one. */
  attempt(): Promise<AnyHandler>;
  /** Does the same for an invocation. After the attempt's failure has been reported to an invocation, the next call starts a new attempt. */
  use(): Promise<AnyHandler>;
  /** Logs that an invocation could not wait for the running attempt any longer. It does so once per attempt. */
  late(): void;
}

export function createLoader(load: () => AnyHandler | PromiseLike<AnyHandler>): HandlerLoader {
  let handler: AnyHandler | undefined;
  let running: Promise<AnyHandler> | undefined;
  let logged: string | undefined;
  let reported: Promise<AnyHandler> | undefined;

  const begin = async (): Promise<AnyHandler> => {
    try {
      const real = await load();
      if (typeof real === 'function') return (handler = real);
      throw invalidArgument('the loaded handler to be a function', real);
    } catch (error) {
      // A failure that repeats at every invocation is logged once.
      if (logged !== String(error)) log(error);
      logged = String(error);
      throw error;
    }
  };
  const attempt = (): Promise<AnyHandler> => (running ??= begin());
  const use = async (): Promise<AnyHandler> => {
    const mine = attempt();
    try {
      return await mine;
    } catch (error) {
      if (running === mine) running = undefined;
      throw error;
    }
  };
  const late = (): void => {
    if (reported !== running)
      console.error(JSON.stringify({ level: 'ERROR', message: 'Failsafe: the function was not loaded before the deadline. Loading continues.' }));
    reported = running;
  };
  return { loaded: () => handler, attempt, use, late };
}

function log(error: unknown): void {
  console.error(JSON.stringify({ level: 'ERROR', message: 'The function could not be loaded. The failsafe responds.', error: plainError(error) }));
}

/** Lambda's deadline in ms since the epoch, if the context has one. */
export function toDeadline(context: unknown): number | undefined {
  const remaining = (context as { getRemainingTimeInMillis?(): number } | undefined)?.getRemainingTimeInMillis?.();
  return remaining !== undefined && Number.isFinite(remaining) ? Date.now() + remaining : undefined;
}

/** Waits for the handler. @returns `undefined` if so little time is left that the failsafe has to respond */
export async function beforeDeadline(loading: Promise<AnyHandler>, event: unknown, deadline: number | undefined): Promise<AnyHandler | undefined> {
  if (deadline === undefined) return loading;
  const remaining = Math.max(0, deadline - Date.now());
  const margin = isCloudFormation(event) ? Math.min(CLOUDFORMATION_MARGIN, remaining / 4) : Math.min(MARGIN, remaining / 2);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = startTimer(remaining - margin, () => resolve(undefined));
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an event is a request of CloudFormation for a custom resource. */
export const isCloudFormation = (event: unknown): boolean => isJsonObject(event) && typeof event['ResponseURL'] === 'string';
