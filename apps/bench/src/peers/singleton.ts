export { asFunction, createContainer } from 'awilix';
