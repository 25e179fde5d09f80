import { library } from '@suga/tsup';

export default library('index', 'core', { dynamodb: 'dynamodb/dynamodb', redis: 'redis/redis' });
