/** The environment as Lambda and the operator set it: the one file of this package that reads it. */

/** Whether the operator asks for the failsafe instead of the function: `LAMBDA_MODE=failsafe`. */
export const isFailsafeRequested = (): boolean => process.env['LAMBDA_MODE']?.trim().toLowerCase() === 'failsafe';

/** X-Ray's header of the running invocation. Managed Instances do not set it: there the context has it. */
export const traceHeader = (): string | undefined => process.env['_X_AMZN_TRACE_ID'];

/** The function's memory setting in MB; `undefined` outside of Lambda. */
export const memorySetting = (): number | undefined => Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) || undefined;

/** The URL of an emulator that stands in for S3. AWS's own clients read the same variables. */
export const awsEndpoint = (): string | undefined => process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL'];
