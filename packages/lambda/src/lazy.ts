/** Routes, apps, answers: a function without requests never loads it. */
export const http = (): typeof import('./http.js') => require('./http.js');

/** Answers that leave piece by piece. */
export const streaming = (): typeof import('./streaming.js') => require('./streaming.js');

/** Answers to pages of other origins. */
export const cors = (): typeof import('./cors.js') => require('./cors.js');

/** Records, batches, direct calls: a function with requests only never loads it. */
export const events = (): typeof import('./events.js') => require('./events.js');

/** Apps that ask for a web-standard Request. */
export const fetchApp = (): typeof import('./fetch-app.js') => require('./fetch-app.js');

/** Bodies that are no text, and headers that are not true of a body. */
export const body = (): typeof import('./body.js') => require('./body.js');

/** Answers in Lambda's proxy format. */
export const proxyResult = (): typeof import('./proxy-result.js') => require('./proxy-result.js');

/** Answers to requests that have failed. */
export const failure = (): typeof import('./failure.js') => require('./failure.js');

/** The reason why a route's key cannot be meant as it stands. */
export const routeKey = (): typeof import('./route-key.js') => require('./route-key.js');

/** JSON of values that JSON does not know. */
export const jsonReplacer = (): typeof import('./json-replacer.js') => require('./json-replacer.js');

/** Rare kinds of events, and the error for an event that is of none. */
export const moreKinds = (): typeof import('./more-kinds.js') => require('./more-kinds.js');

/** Streams with tumbling windows. */
export const window = (): typeof import('./window.js') => require('./window.js');

/** Records that Firehose has transformed. */
export const firehose = (): typeof import('./firehose.js') => require('./firehose.js');

/** Tasks of S3 Batch Operations. */
export const s3Batch = (): typeof import('./s3-batch.js') => require('./s3-batch.js');

/** Records of Kafka. */
export const kafka = (): typeof import('./kafka.js') => require('./kafka.js');

/** Lines of a log group. */
export const logs = (): typeof import('./logs.js') => require('./logs.js');

/** Messages of ActiveMQ and RabbitMQ. */
export const mq = (): typeof import('./mq.js') => require('./mq.js');

/** Changes in DocumentDB. */
export const docdb = (): typeof import('./docdb.js') => require('./docdb.js');

/** Resolvers of AppSync's GraphQL APIs. */
export const appsync = (): typeof import('./appsync.js') => require('./appsync.js');

/** Channels of AppSync's event APIs. */
export const appsyncEvents = (): typeof import('./appsync-events.js') => require('./appsync-events.js');

/** Actions of Bedrock agents. */
export const bedrock = (): typeof import('./bedrock.js') => require('./bedrock.js');

/** Custom resources of CloudFormation. */
export const customResource = (): typeof import('./custom-resource.js') => require('./custom-resource.js');

/** Rotation of secrets. */
export const rotation = (): typeof import('./rotation.js') => require('./rotation.js');
