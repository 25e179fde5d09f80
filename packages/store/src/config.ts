/** Returns the folder in which the function's own packages are searched. */
export const functionRoot = (): string => process.env['LAMBDA_TASK_ROOT'] ?? process.cwd();
