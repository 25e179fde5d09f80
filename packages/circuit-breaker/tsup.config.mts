import { library } from '@suga/tsup';

export default library('index', 'core', { windows: 'policies/sliding-windows', shared: 'shared/shared-state' });
