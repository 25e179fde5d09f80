import { library } from '@suga/tsup';

export default library('index', 'core', { remote: 'remote/remote', faults: 'remote/store-errors', transform: 'remote/transform', aws: 'stores/index' });
