export { runWindow } from './events/window.js';
