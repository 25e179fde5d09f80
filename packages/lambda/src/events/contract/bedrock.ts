import type { LambdaInvocation } from '../../invocation/contract.js';

/** A parameter as Bedrock sends it: its value is always text. */
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

/** An action that an agent wants done. */
export interface BedrockAction<Params extends object = Readonly<Record<string, unknown>>, Body = Readonly<Record<string, unknown>> | undefined> {
  readonly actionGroup: string;
  /** Parameters by name. Numbers, integers and booleans are converted; a value that does not fit its type, and every array, stays text. */
  readonly params: Params;
  /** Properties of the request body, converted alike. Undefined for function details, and if the agent sends none. */
  readonly body: Body;
  /** The user's words. */
  readonly inputText: string;
  readonly sessionId: string;
  /** Attributes of the session. Changes go back to the agent. */
  readonly sessionAttributes: Record<string, string>;
  /** Attributes of this turn. Changes go back to the agent. */
  readonly promptSessionAttributes: Record<string, string>;
  /** Assign it to configure the agent's knowledge bases: a list of `{ knowledgeBaseId, retrievalConfiguration }`. */
  knowledgeBasesConfiguration: readonly unknown[] | undefined;
  readonly event: BedrockEvent;
}

// A method, so that a handler may ask for narrower parameters than `Record<string, unknown>`.
/** Does an action. Its result, or `reply(…)` with a status, goes to the agent. */
export type BedrockHandler = { handle(action: BedrockAction, invocation: LambdaInvocation): unknown }['handle'];

/** Handlers of a Bedrock agent: by method and path of an API schema (`'GET /claims/{id}'`), and by the name of a function (`getWeather`). */
export type BedrockRoutes = Readonly<Record<string, BedrockHandler>>;
