export { runKafka, runKafkaReporting } from './events/kafka.js';
