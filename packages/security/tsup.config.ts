import { library } from '@suga/tsup';

export default library('index', 'core', 'tokens', 'encryption', 'kms', 'passwords', 'validation');
