import type { SecretsManagerRotationEvent } from 'aws-lambda';
import type { RotationStep } from '../contract/rotation.js';
import type { RouteTable } from '../contract/routes.js';
import type { Runner } from '../contract/runner.js';
import { assertSteps, callRoute } from './routes.js';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** @throws LambdaError `InvalidOptions` */
export function createRotation(handlers: RouteTable): Runner {
  assertSteps(handlers, 'events.rotation', steps);
  return async ({ event, guard, invocation }) => {
    const request = event as SecretsManagerRotationEvent & { readonly RotationToken?: string };
    const { SecretId: secretId, ClientRequestToken: versionId, RotationToken: rotationToken, Step } = request;
    const step: RotationStep = { secretId, versionId, rotationToken, event: request };
    // Secrets Manager looks only at whether the step succeeded. A result could be a secret, and would be sent.
    await guard.within(callRoute(handlers, handlers[Step], step, invocation));
  };
}
