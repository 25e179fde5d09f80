import { LambdaError } from '../../errors.js';
import { isHttpError, isReply } from '../../http/reply.js';
import type { Call } from '../../invocation/contract.js';
import { toJsonText } from '../../json/json.js';
import type { BedrockAction, BedrockEvent, BedrockParameter } from '../contract/bedrock.js';
import type { RouteTable } from '../contract/routes.js';
import type { Runner } from '../contract/runner.js';
import { assertRoutes, callRoute, routeFor } from './routes.js';

const option = 'events.bedrock';

/** @throws LambdaError `InvalidOptions` */
export function createBedrock(routes: RouteTable): Runner {
  const isKey = (key: string): boolean => /^(?:(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*|[\w-]{1,100})$/.test(key);
  const problem = (key: string): string | undefined =>
    isKey(key) ? undefined : 'write a method and a path of the API schema, like "GET /claims/{id}", or the name of a function';
  assertRoutes(routes, { option, problem });
  return (call) => answer(routes, call);
}

/** The outcome of an action: an HTTP status, and the text for the agent. */
interface Outcome {
  readonly status: number;
  readonly text: string;
}

async function answer(routes: RouteTable, call: Call): Promise<object> {
  const event = call.event as BedrockEvent;
  const action = toAction(event);
  const key = event.function ?? `${event.httpMethod?.toUpperCase()} ${event.apiPath}`;
  let outcome: Outcome;
  try {
    outcome = toOutcome(event, await call.guard.within(callRoute(routes, routeFor(routes, key, option), action, call.invocation)));
  } catch (error) {
    outcome = toFailure(error, key, call);
  }
  const { sessionAttributes, promptSessionAttributes, knowledgeBasesConfiguration } = action;
  const response = event.function === undefined ? toApiResponse(event, outcome) : toFunctionResponse(event, outcome);
  return {
    messageVersion: '1.0',
    response: { actionGroup: event.actionGroup, ...response },
    sessionAttributes,
    promptSessionAttributes,
    ...(knowledgeBasesConfiguration && { knowledgeBasesConfiguration }),
  };
}

const toAction = (event: BedrockEvent): BedrockAction => ({
  actionGroup: event.actionGroup,
  params: toValues(event.parameters ?? []),
  body: toBody(event),
  inputText: event.inputText,
  sessionId: event.sessionId,
  sessionAttributes: { ...event.sessionAttributes },
  promptSessionAttributes: { ...event.promptSessionAttributes },
  knowledgeBasesConfiguration: undefined,
  event,
});

/** Converts the properties of the request body. It has one content type only. */
function toBody({ requestBody }: BedrockEvent): Readonly<Record<string, unknown>> | undefined {
  const [content] = Object.values(requestBody?.content ?? {});
  return content && toValues(content.properties ?? []);
}

function toValues(parameters: readonly BedrockParameter[]): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = Object.create(null);
  for (const { name, type, value } of parameters) values[name] = toValue(type, value);
  return values;
}

const integer = /^[+-]?\d+(?:\.0*)?$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Converts a parameter. A number that JavaScript would round, such as an id of twenty digits, stays a string. So does a number that is not
 * decimal (`0x10`). An array has a notation of its own (`[a, b]`), which is not JSON and cannot be parsed reliably.
 */
function toValue(type: string, value: string): unknown {
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if ((type !== 'number' && type !== 'integer') || typeof value !== 'string') return value;
  const [text, parsed] = [value.trim(), Number(value)];
  if (integer.test(text)) return Number.isSafeInteger(parsed) ? parsed : value;
  return type === 'number' && decimal.test(text) && Number.isFinite(parsed) ? parsed : value;
}

/** @throws LambdaError `NotJson` */
function toOutcome(event: BedrockEvent, result: unknown): Outcome {
  const { status, body } = isReply(result) ? result : { status: 200, body: result };
  // A function's result must be text. The result of an API action is JSON.
  return { status, text: typeof body === 'string' && event.function !== undefined ? body : toJson(body) };
}

/** Converts an error for the agent. An agent repeats what it gets to its user, so only the message of an `HttpError` is sent. */
function toFailure(error: unknown, action: string, call: Call): Outcome {
  if (isHttpError(error) && error.status < 500) {
    try {
      return { status: error.status, text: toJson({ message: error.message, ...error.details }) };
    } catch (cause) {
      return toFailure(new LambdaError('InvalidResponse', 'The details of an HttpError cannot be sent as JSON.', { cause }), action, call);
    }
  }
  const errorId = call.log.failed('Action failed', error, { action });
  const [status, message] = isHttpError(error) ? [error.status, error.message] : [500, 'Internal Server Error'];
  return { status, text: JSON.stringify({ message, errorId }) };
}

const toApiResponse = ({ apiPath, httpMethod }: BedrockEvent, { status, text }: Outcome): object => ({
  apiPath,
  httpMethod,
  httpStatusCode: status,
  responseBody: { 'application/json': { body: text } },
});

/** Creates the response of a function. `REPROMPT` makes the model ask again, and `FAILURE` ends the turn with an error. */
function toFunctionResponse({ function: name }: BedrockEvent, { status, text }: Outcome): object {
  const state = status >= 500 ? 'FAILURE' : status >= 400 ? 'REPROMPT' : undefined;
  return { function: name, functionResponse: { ...(state && { responseState: state }), responseBody: { TEXT: { body: text } } } };
}

/** @throws LambdaError `NotJson` */
function toJson(body: unknown): string {
  if (body === undefined) return '';
  const text = toJsonText(body, `The result of ${option}`);
  if (text === undefined) throw new LambdaError('NotJson', `The result of ${option} is a ${typeof body}, which JSON cannot hold.`);
  return text;
}
