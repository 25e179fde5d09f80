import { library } from '@suga/tsup';

export default library('index', 'auto', 'changes', 'door', 'errors', 'faults', 'streams');
