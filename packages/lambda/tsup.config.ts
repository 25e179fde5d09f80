import { library } from '@suga/tsup';

export default library(
  'index',
  'core',
  'http',
  'streaming',
  'cors',
  'events',
  'failsafe',
  'body',
  'failure',
  'fetch-app',
  'json-replacer',
  'proxy-result',
  'route-key',
);
