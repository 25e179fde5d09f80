import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';

/** A request of CloudFormation to create, update or delete a custom resource. */
export interface CustomResourceRequest<Properties extends object = Readonly<Record<string, unknown>>> {
  readonly type: 'Create' | 'Update' | 'Delete';
  /** The resource's type in the template: `Custom::Bucket`. */
  readonly resourceType: string;
  /** The resource's name in the template. */
  readonly logicalId: string;
  readonly stackId: string;
  /** The id of the request. It stays the same when Lambda invokes the function again. */
  readonly requestId: string;
  /** Properties in the template. CloudFormation sends numbers and booleans as strings. */
  readonly properties: Properties;
  /** Properties before the update. Undefined for the other types. */
  readonly oldProperties: Properties | undefined;
  /**
   * The resource's own id. `create` may assign it as soon as something exists: if it fails after that, CloudFormation has `delete`
   * called with this id. Otherwise the deletion of a resource that could not be created succeeds without a call.
   */
  physicalResourceId: string | undefined;
  readonly event: CloudFormationCustomResourceEvent;
}

/** The answer to CloudFormation, all of it at most 4,096 bytes. */
export interface CustomResourceResult {
  /** At most 1 KB. Another id at an update means a replacement: CloudFormation then deletes the old one. @default the current id; at `Create` one that is made of the request's id */
  readonly PhysicalResourceId?: string;
  /** Values for `Fn::GetAtt`. */
  readonly Data?: Readonly<Record<string, unknown>>;
  /** Whether `Data` is masked wherever CloudFormation shows it. @default false */
  readonly NoEcho?: boolean;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a step may end with the call of a function that returns nothing
type Answer = CustomResourceResult | void;
type Step = { handle(request: CustomResourceRequest, invocation: LambdaInvocation): Answer | PromiseLike<Answer> }['handle'];

/** Handlers of a custom resource. What one of them throws fails the operation of the stack. */
export interface CustomResourceHandlers {
  readonly create: Step;
  readonly update: Step;
  readonly delete: Step;
}
