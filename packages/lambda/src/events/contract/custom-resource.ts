import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';

/** CloudFormation's request to create, update or delete a custom resource. */
export interface CustomResourceRequest<Properties extends object = Readonly<Record<string, unknown>>> {
  readonly type: 'Create' | 'Update' | 'Delete';
  /** The resource's type in the template: `Custom::Bucket`. */
  readonly resourceType: string;
  /** The resource's name in the template. */
  readonly logicalId: string;
  readonly stackId: string;
  /** Id of the request. It stays the same if Lambda invokes the function again. */
  readonly requestId: string;
  /** Properties in the template. CloudFormation sends numbers and booleans as strings. */
  readonly properties: Properties;
  /** Properties before the update. Undefined for the other types. */
  readonly oldProperties: Properties | undefined;
  /**
   * Id of the resource itself. `create` may assign it as soon as something exists. If `create` fails after that, CloudFormation requests a
   * deletion, and `delete` is called with this id. Without an assigned id, that deletion succeeds and `delete` is not called.
   */
  physicalResourceId: string | undefined;
  readonly event: CloudFormationCustomResourceEvent;
}

/** The response to CloudFormation. The whole response can have at most 4,096 bytes. */
export interface CustomResourceResult {
  /**
   * Id of the resource, at most 1 KB. If an update returns another id, CloudFormation treats it as a replacement and deletes the old resource.
   * @default the current id; for `Create`, an id that is derived from the request's id
   */
  readonly PhysicalResourceId?: string;
  /** Values for `Fn::GetAtt`. */
  readonly Data?: Readonly<Record<string, unknown>>;
  /** Whether CloudFormation masks `Data` wherever it would show it. @default false */
  readonly NoEcho?: boolean;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a step may end with the call of a function that returns nothing
type Answer = CustomResourceResult | void;
type Step = { handle(request: CustomResourceRequest, invocation: LambdaInvocation): Answer | PromiseLike<Answer> }['handle'];

/** Handlers of a custom resource. An error that one of them throws fails the operation of the stack. */
export interface CustomResourceHandlers {
  readonly create: Step;
  readonly update: Step;
  readonly delete: Step;
}
