export { control, createGateway, type GatewayOptions } from './core.js';
export { type ErrorCode, isSugaError, type ParamIssue, SugaError, type SugaErrorOptions } from './errors.js';
export * from './gateway.js';
export { type Wrappers, wrappers } from './wrappers.js';
