/**
 * The contract that the gateway, every interface and every middleware share: types, and one symbol.
 *
 * An interface is a table of operations and one function that loads their code. Everything else
 * (facade, named wrappers, validation, remote access, statistics) is derived from that table.
 */

export * from './contract/gateway.js';
export * from './contract/interface.js';
export * from './contract/invocation.js';
export * from './contract/operation.js';
export * from './contract/stats.js';
