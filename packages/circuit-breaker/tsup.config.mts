import { library } from '@suga/tsup';

export default library('index', 'core', { windows: 'policies/windows', shared: 'shared/shared' });
