import type { SecretsManagerRotationEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../http/request.js';
import { assertSteps, callRoute, type RouteTable } from './routes.js';
import type { Runner } from './runner.js';

/** One step of the rotation of a secret. */
export interface RotationStep {
  /** The ARN of the secret. */
  readonly secretId: string;
  /** The id of the new version: `ClientRequestToken` of `PutSecretValue`, and the `VersionId` that is staged as `AWSPENDING`. */
  readonly versionId: string;
  /** Token of a rotation across accounts or roles: pass it to `PutSecretValue` as `RotationToken`. */
  readonly rotationToken: string | undefined;
  readonly event: SecretsManagerRotationEvent;
}

type StepHandler = { handle(step: RotationStep, invocation: LambdaInvocation): unknown }['handle'];

/** Handlers of the four steps that Secrets Manager invokes one after the other. A step may be invoked again: let each find out whether it is done. */
export interface RotationHandlers {
  /** Makes the new value and stores it as `AWSPENDING`, unless that version exists. */
  readonly createSecret: StepHandler;
  /** Sets the new value in the database or service. */
  readonly setSecret: StepHandler;
  /** Tries the new value. */
  readonly testSecret: StepHandler;
  /** Moves `AWSCURRENT` to the new version. */
  readonly finishSecret: StepHandler;
}

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
