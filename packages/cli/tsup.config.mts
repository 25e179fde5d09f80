import { library } from '@suga/tsup';

export default library('main', 'index', 'bake-process', 'protection');
