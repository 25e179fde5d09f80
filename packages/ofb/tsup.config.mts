import { library } from '@suga/tsup';

export default library('index', 'loader', 'sequences');
