import { library } from '@suga/tsup';

export default library('index', { loader: 'loader/loader', sequences: 'prefetch/prefetcher' });
