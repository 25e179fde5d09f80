export { Router } from '@aws-lambda-powertools/event-handler/http';
