import { library } from '@suga/tsup';

export default library('index', 'core', 'tokens', 'unpack', 'encryption', 'kms', 'passwords', 'validation');
