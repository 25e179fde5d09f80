import type { S3BatchEventTask } from 'aws-lambda';

/** A task of an S3 Batch Operations job: one object. */
export interface S3BatchTask {
  readonly id: string;
  readonly bucket: string;
  /** The object key, decoded. */
  readonly key: string;
  /** Undefined if the manifest of the job has no versions. */
  readonly versionId: string | undefined;
  readonly jobId: string;
  /** The job's own arguments. Only events of schema version 2.0 have them. */
  readonly userArguments: Readonly<Record<string, string>>;
  readonly record: S3BatchEventTask;
}

/** A response for one task. Return it instead of a string to choose the result code. */
export interface S3BatchResult {
  /** S3 retries a `TemporaryFailure` before the job ends. A `PermanentFailure` is written to the report. */
  readonly resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  /** Text for the report of the job. @default '' */
  readonly resultString?: string;
}
