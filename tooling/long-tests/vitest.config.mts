export { default } from '@suga/vitest';
