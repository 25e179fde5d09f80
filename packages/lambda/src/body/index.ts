export { collect, discard, toBytes, toText } from './bytes.js';
export { isCoded, tokensOf } from './content-coding.js';
export { correctHeaders } from './outgoing-headers.js';
export { alreadyRead, claim, claimIterator } from './single-use.js';
export { toBody } from './to-body.js';
