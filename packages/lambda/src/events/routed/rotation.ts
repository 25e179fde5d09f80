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
    // Nothing is returned. Secrets Manager only needs to know whether the step succeeded, and a result could be a secret.
    await guard.within(callRoute(handlers, handlers[Step], step, invocation));
  };
}
