import { library } from '@suga/tsup';

export default library('index', 'auto', 'door', 'errors', 'faults', 'streams');
