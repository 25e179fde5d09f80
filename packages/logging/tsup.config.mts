import { library } from '@suga/tsup';

export default library('index', 'core', { child: 'child-logger', careful: 'bounded-copy', operation: 'timed-operations' });
