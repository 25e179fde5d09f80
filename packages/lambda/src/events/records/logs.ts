import { LambdaError } from '../../errors.js';
import { parseJson } from '../../json/json.js';
import type { LogBatch } from '../contract/event-handlers.js';
import type { Runner } from '../contract/runner.js';

// Far more than CloudWatch ever sends (1 MB zipped), and less than a small function's memory.
const maxOutputLength = 64 * 1024 * 1024;

interface LogsEvent {
  readonly awslogs: { readonly data: string };
}

/** Handles the lines of a log group. */
export const runLogs: Runner = ({ event, guard }, handle) => guard.within((async () => handle(await unzipLogs((event as LogsEvent).awslogs.data)))());

/**
 * Unzips what a log group's subscription sends.
 * @throws LambdaError `BadRecord` for data that is no zipped JSON
 */
async function unzipLogs(data: string): Promise<LogBatch> {
  // CloudWatch sends gzip, some forwarders send zlib: this one takes both.
  const { unzip } = process.getBuiltinModule('node:zlib');
  try {
    const text = await new Promise<string>((resolve, reject) => {
      unzip(Buffer.from(data, 'base64'), { maxOutputLength }, (error, bytes) => (error ? reject(error) : resolve(bytes.toString('utf8'))));
    });
    return parseJson(text) as LogBatch;
  } catch (cause) {
    throw new LambdaError('BadRecord', 'The log data is not zipped JSON.', { cause });
  }
}
