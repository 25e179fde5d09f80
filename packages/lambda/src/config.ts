/** Environment variables that Lambda and the operator set. Only this file of the package reads them. */

/** Whether the operator has switched to the failsafe with `LAMBDA_MODE=failsafe`. */
export const isFailsafeRequested = (): boolean => process.env['LAMBDA_MODE']?.trim().toLowerCase() === 'failsafe';

/** X-Ray's trace header of the running invocation. On Managed Instances it is in the context and not in this variable. */
export const traceHeader = (): string | undefined => process.env['_X_AMZN_TRACE_ID'];

/** URL of an emulator that replaces S3. AWS's own clients read the same variables. */
export const awsEndpoint = (): string | undefined => process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL'];
