import { library } from '@suga/tsup';

export default library('index', 'core', 'handler', 'http', 'events', 'failsafe');
