import type { LambdaInvocation } from '../../invocation/contract.js';

/** A parameter as Bedrock sends it. Its value is always a string. */
export interface BedrockParameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** The event that a Bedrock agent sends for an action: with `apiPath` for a group with an API schema, with `function` for one with function details. */
export interface BedrockEvent {
  readonly messageVersion: string;
  readonly agent: { readonly name: string; readonly id: string; readonly alias: string; readonly version: string };
  readonly inputText: string;
  readonly sessionId: string;
  readonly actionGroup: string;
  readonly apiPath?: string;
  readonly httpMethod?: string;
  readonly function?: string;
  readonly parameters?: readonly BedrockParameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly properties?: readonly BedrockParameter[] }>> };
  readonly sessionAttributes?: Readonly<Record<string, string>>;
  readonly promptSessionAttributes?: Readonly<Record<string, string>>;
}

/** A request of an agent to perform an action. */
export interface BedrockAction<Params extends object = Readonly<Record<string, unknown>>, Body = Readonly<Record<string, unknown>> | undefined> {
  readonly actionGroup: string;
  /** Parameters by name. Numbers, integers and booleans are converted. A value that does not fit its type stays a string, and so does every array. */
  readonly params: Params;
  /** Properties of the request body, converted in the same way. Undefined for function details, and if the agent sends no body. */
  readonly body: Body;
  /** Input of the user. */
  readonly inputText: string;
  readonly sessionId: string;
  /** Attributes of the session. Changes are returned to the agent. */
  readonly sessionAttributes: Record<string, string>;
  /** Attributes of this turn. Changes are returned to the agent. */
  readonly promptSessionAttributes: Record<string, string>;
  /** Assign it to configure the agent's knowledge bases: a list of `{ knowledgeBaseId, retrievalConfiguration }`. */
  knowledgeBasesConfiguration: readonly unknown[] | undefined;
  readonly event: BedrockEvent;
}

// The handler is typed as a method, so that it may declare narrower parameters than `Record<string, unknown>`.
/** Performs an action. The result is returned to the agent; use `reply(…)` to set a status. */
export type BedrockHandler = { handle(action: BedrockAction, invocation: LambdaInvocation): unknown }['handle'];

/** Handlers of a Bedrock agent: by method and path of an API schema (`'GET /claims/{id}'`), and by the name of a function (`getWeather`). */
export type BedrockRoutes = Readonly<Record<string, BedrockHandler>>;
