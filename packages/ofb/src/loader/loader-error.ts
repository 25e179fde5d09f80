/** Creates a `TypeError`, as dataloader does, with the `code` of ofb's own errors. */
export const loaderError = (message: string, cause?: unknown): TypeError =>
  Object.assign(new TypeError(message, cause === undefined ? undefined : { cause }), { code: 'InvalidParams' });
