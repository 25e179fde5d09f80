/** An error of dataloader's kind, a `TypeError`, with the code that errors of ofb have. */
export const unfit = (message: string, options?: ErrorOptions): TypeError => Object.assign(new TypeError(message, options), { code: 'InvalidParams' });
