export { control, createGateway, type GatewayOptions } from './core.js';
export * from './errors.js';
export * from './gateway.js';
export { type Wrappers, wrappers } from './wrappers.js';
