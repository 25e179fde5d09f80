import { library } from '@suga/tsup';

export default library('index', 'core', 'log', 'health', 'verify', 'system', 'profile', 'tracking', 'snapshot');
