export { keyProblem } from './http/key-problem.js';
