import { library } from '@suga/tsup';

export default library('index', { table: 'ledger/dynamodb-ledger', guardian: 'guardian/index', operator: 'operator/index', page: 'page/index' });
