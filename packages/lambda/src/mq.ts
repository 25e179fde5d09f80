export { runMq, runRabbitmq } from './events/mq.js';
