/**
 * Whether a client waited for this execution environment to start. AWS's values are `on-demand`, `provisioned-concurrency`, `snap-start` and
 * `lambda-managed-instances` (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). Only the first is a cold start.
 */
export const startedOnDemand = (): boolean => ['on-demand', undefined, ''].includes(process.env['AWS_LAMBDA_INITIALIZATION_TYPE']);
