import { library } from '@suga/tsup';

export default library(
  'index',
  'attempt',
  'auto',
  'aws',
  'changes',
  'config',
  'door',
  'errors',
  'expiry',
  'faults',
  'joint',
  'options',
  'output',
  'scopes',
  'streams',
);
