export { default as CircuitBreaker } from 'opossum';
