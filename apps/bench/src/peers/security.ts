export { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
