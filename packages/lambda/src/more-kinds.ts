export { classifyMore } from './events/more-kinds.js';
export { unknownEvent } from './events/unknown-event.js';
