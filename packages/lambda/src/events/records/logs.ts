import { LambdaError } from '../../errors.js';
import { parseJson } from '../../json/json.js';
import type { LogBatch } from '../contract/event-handlers.js';
import type { Runner } from '../contract/runner.js';

// Far more than CloudWatch ever sends (1 MB compressed), and less than the memory of a small function.
const maxOutputLength = 64 * 1024 * 1024;

interface LogsEvent {
  readonly awslogs: { readonly data: string };
}

/** Handles the lines of a log group. */
export const runLogs: Runner = ({ event, guard }, handle) => guard.within((async () => handle(await unzipLogs((event as LogsEvent).awslogs.data)))());

/**
 * Decompresses the data that the subscription of a log group sends.
 * @throws LambdaError `BadRecord` for data that is not compressed JSON
 */
async function unzipLogs(data: string): Promise<LogBatch> {
  // CloudWatch sends gzip, and some forwarders send zlib. `unzip` accepts both.
  const { unzip } = process.getBuiltinModule('node:zlib');
  try {
    const text = await new Promise<string>((resolve, reject) => {
      unzip(Buffer.from(data, 'base64'), { maxOutputLength }, (error, bytes) => (error ? reject(error) : resolve(bytes.toString('utf8'))));
    });
    return parseJson(text) as LogBatch;
  } catch (cause) {
    throw new LambdaError('BadRecord', 'The log data is not compressed JSON. Check what created the event.', { cause });
  }
}
