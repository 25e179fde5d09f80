import { library } from '@suga/tsup';

export default library('index', 'core', 'system', {
  log: 'log/message-log',
  health: 'health/health',
  verify: 'verify/verify',
  profile: 'profile/profile',
  tracking: 'profile/tracking',
  snapshot: 'profile/snapshot',
});
