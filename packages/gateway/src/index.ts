export { type ErrorCode, isSugaError, type ParamIssue, SugaError, type SugaErrorOptions } from './bundled/errors.js';
export { control, createGateway, type GatewayOptions } from './create-gateway.js';
export * from './gateway.js';
export { type Wrappers, wrappers } from './wrappers.js';
