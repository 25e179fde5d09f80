export { callDirectly } from './events/direct.js';
export { createDispatch, type Dispatch } from './events/dispatch.js';
