import { library } from '@suga/tsup';

export default library('index', 'core', { wire: 'transport/transport', breaker: 'transport/through-breaker', 'response-cache': 'caching/response-cache' });
