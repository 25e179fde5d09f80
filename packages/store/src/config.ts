/** Where the function's own packages are looked for. */
export const functionRoot = (): string => process.env['LAMBDA_TASK_ROOT'] ?? process.cwd();
