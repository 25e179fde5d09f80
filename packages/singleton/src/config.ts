/** The function's memory setting in bytes; `undefined` outside of Lambda. */
export function memoryLimit(): number | undefined {
  const megabytes = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']);
  return megabytes > 0 ? megabytes * 2 ** 20 : undefined;
}
