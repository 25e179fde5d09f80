/** An error of dataloader's kind, a `TypeError`, with the code that errors of ofb have. */
export const loaderError = (message: string, cause?: unknown): TypeError =>
  Object.assign(new TypeError(message, cause === undefined ? undefined : { cause }), { code: 'InvalidParams' });
