import { library } from '@suga/tsup';

export default library('index', 'auto', 'aws', 'changes', 'door', 'errors', 'expiry', 'faults', 'joint', 'options', 'output', 'scopes', 'streams');
