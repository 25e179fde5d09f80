import { library } from '@suga/tsup';

const bundled = 'aws check deadline environment errors expiry memory options output run-safely secrets settings single-flight suggest'.split(' ');

export default library('index', 'auto', 'error-factories', 'mutations', 'scopes', {
  execute: 'execute/execute',
  'track-stream': 'loading/track-stream',
  ...Object.fromEntries(bundled.map((name) => [name, `bundled/${name}`])),
});
