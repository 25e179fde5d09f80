/**
 * How long an environment waits between two calls of the guardian, in ms. It also remembers a refusal for this time, while functions are not known to
 * be stopped, and asks an unreachable ledger only after it. An invocation that is refused should not be billed for waiting.
 */
export const CALL_AGAIN_MS = 2000;
