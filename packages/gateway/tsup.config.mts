import { library } from '@suga/tsup';

const bundled = ['aws', 'environment', 'errors', 'expiry', 'options', 'output', 'run-safely', 'single-flight'];

export default library('index', 'auto', 'error-factories', 'mutations', 'scopes', {
  execute: 'execute/execute',
  'track-stream': 'loading/track-stream',
  ...Object.fromEntries(bundled.map((name) => [name, `bundled/${name}`])),
});
