export { createDispatch, type Dispatch } from './events/dispatch.js';
