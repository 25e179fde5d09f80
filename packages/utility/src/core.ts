import type { Core, Host } from '@suga/gateway';
import type { Utility } from './contract.js';
import { errorDetails } from './error-details.js';
import { parseJson, toJson } from './json.js';
import { chunk, deepMerge, flatten, safeGet } from './objects.js';
import { errorResponse, formatResponse, successResponse } from './response.js';
import { retry } from './retry.js';
import { formatBytes, renderTemplate, timestamp } from './text.js';
import { uuid } from './uuid.js';

export function create(host: Host): Core<Utility> {
  const operations: Utility = {
    formatResponse,
    successResponse,
    errorResponse,
    parseJson,
    toJson,
    deepMerge,
    safeGet,
    flatten,
    chunk,
    uuid,
    timestamp,
    renderTemplate,
    retry: (work, options) => retry(host, work, options),
    formatBytes,
    errorDetails: (error, options) => errorDetails(error, options),
  };
  return { operations };
}
