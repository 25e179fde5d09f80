export { collect, discard, toBytes, toText } from './http/bytes.js';
export { isCoded, tokensOf } from './http/content-coding.js';
export { correctHeaders } from './http/outgoing-headers.js';
export { toRawBody } from './http/raw-body.js';
export { alreadyRead, claim, claimIterator } from './single-use.js';
