import { library } from '@suga/tsup';

export default library('index', 'core', 'child', 'careful', 'operation');
