import { LambdaError } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';
import { toJsonText } from '../../json/json.js';
import type { EventHandlers } from '../contract/event-handlers.js';
import type { Handle, StreamSource } from '../contract/runner.js';
import type { StreamWindow, WindowResponse } from '../contract/window.js';
import { assertName, runGroups } from './batch.js';

interface WindowEvent<Record> {
  readonly Records: readonly Record[];
  readonly window: { readonly start: string; readonly end: string };
  readonly state?: object;
  readonly shardId: string;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

interface WindowHandlers {
  readonly handle: Handle;
  readonly events: EventHandlers;
}

/**
 * Handles the records of one shard in order. The response has the state after the last record that succeeded. Changes by a failed record are
 * dropped, because Lambda delivers that record again.
 * @throws LambdaError `NoHandler` at the end of a window that has a state, if there is no handler for the end
 */
export async function runWindow<Record>(call: Call, stream: StreamSource<Record>, { handle, events }: WindowHandlers): Promise<WindowResponse> {
  const { toItem, nameOf, option } = stream;
  const records = (call.event as WindowEvent<Record>).Records;
  const window = toWindow(call.event as WindowEvent<Record>);
  const state = new WindowState(window);
  const handleOne = async (record: Record): Promise<void> => {
    try {
      await handle(toItem(record), window);
      state.save();
    } catch (error) {
      state.restore();
      throw error;
    }
  };
  const { finished } = await runGroups({ groups: [records], handle: handleOne, nameOf: (record) => nameOf(record) ?? '' }, call);
  const first = records.find((record) => !finished.has(record));
  if (first !== undefined) return { state: state.value(), batchItemFailures: [{ itemIdentifier: assertName(nameOf(first)) }] };
  if (window.isFinal) await endWindow(call, window, { events, name: `${option}Window` });
  return { state: state.value(), batchItemFailures: [] };
}

const toWindow = <Record>({ window, state, shardId, isFinalInvokeForWindow, isWindowTerminatedEarly }: WindowEvent<Record>): StreamWindow => ({
  state: (state ?? {}) as StreamWindow['state'],
  start: window.start,
  end: window.end,
  shardId,
  isFinal: isFinalInvokeForWindow === true,
  isTerminatedEarly: isWindowTerminatedEarly === true,
});

interface WindowEnd {
  readonly events: EventHandlers;
  readonly name: 'dynamodbWindow' | 'kinesisWindow';
}

async function endWindow({ guard, invocation }: Call, window: StreamWindow, { events, name }: WindowEnd): Promise<void> {
  if (events[name]) {
    await guard.within((async () => events[name]?.(window, invocation))());
    return;
  }
  if (Object.keys(window.state).length === 0) return;
  const advice = `add events: { ${name}: (window) => … } to the options of the handler`;
  throw new LambdaError('NoHandler', `A tumbling window has ended, and its state would be lost: ${advice}.`);
}

/** The state after the last record that succeeded. It is kept as JSON text, because a handler may still change the object that it got. */
class WindowState {
  private readonly window: StreamWindow;
  private text: string;

  constructor(window: StreamWindow) {
    this.window = window;
    this.text = JSON.stringify(window.state);
  }

  /** @throws LambdaError `NotJson`, `InvalidResponse` */
  save(): void {
    const text = toJsonText(this.window.state, 'The state of a window');
    if (!text?.startsWith('{')) throw new LambdaError('InvalidResponse', 'The state of a window is not an object: Lambda keeps objects only.');
    this.text = text;
  }

  restore(): void {
    this.window.state = this.value();
  }

  value(): StreamWindow['state'] {
    return JSON.parse(this.text) as StreamWindow['state'];
  }
}
