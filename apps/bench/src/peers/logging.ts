export { Logger } from '@aws-lambda-powertools/logger';
