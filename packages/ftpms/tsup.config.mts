import { library } from '@suga/tsup';

export default library('index', 'table', 'guardian', 'operator', 'page');
