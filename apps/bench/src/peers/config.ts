export { getParameter } from '@aws-lambda-powertools/parameters/ssm';
