import { library } from '@suga/tsup';

export default library('index', 'core', { reports: 'reporting' });
