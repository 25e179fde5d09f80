import type { SecretsManagerRotationEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';

/** One step of the rotation of a secret. */
export interface RotationStep {
  /** The ARN of the secret. */
  readonly secretId: string;
  /** The id of the new version: `ClientRequestToken` of `PutSecretValue`, and the `VersionId` that is staged as `AWSPENDING`. */
  readonly versionId: string;
  /** Token for a rotation across accounts or roles. Pass it to `PutSecretValue` as `RotationToken`. */
  readonly rotationToken: string | undefined;
  readonly event: SecretsManagerRotationEvent;
}

type StepHandler = { handle(step: RotationStep, invocation: LambdaInvocation): unknown }['handle'];

/** Handlers of the four steps that Secrets Manager invokes one after the other. A step may be invoked again, so each must check whether it is done. */
export interface RotationHandlers {
  /** Creates the new value and stores it as `AWSPENDING`, unless that version exists. */
  readonly createSecret: StepHandler;
  /** Sets the new value in the database or service. */
  readonly setSecret: StepHandler;
  /** Tests the new value. */
  readonly testSecret: StepHandler;
  /** Moves `AWSCURRENT` to the new version. */
  readonly finishSecret: StepHandler;
}
