export type { FunctionOptions, InvokeOptions, LocalFunction } from './contract.ts';
export { LocalLambdaError, type LocalLambdaErrorCode } from './errors.ts';
export { type FunctionUrl, type FunctionUrlOptions, serveFunctionUrl } from './function-url.ts';
export { startFunction } from './local-function.ts';
export { formatReport } from './report.ts';
export type { Crash, Failure, InvocationResult, Phase, Report, ResponseChunk, StreamedResponse, Success, Timeout } from './result.ts';
