import type { S3BatchEventTask } from 'aws-lambda';

/** One object of a job of S3 Batch Operations. */
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

/** An answer for one task where a text alone does not say enough. */
export interface S3BatchAnswer {
  /** S3 tries a `TemporaryFailure` again before the job ends. A `PermanentFailure` goes into the report. */
  readonly resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  /** Text for the report of the job. @default '' */
  readonly resultString?: string;
}
