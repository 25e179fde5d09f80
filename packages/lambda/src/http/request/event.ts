import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

/** Event of VPC Lattice, version 1. */
export interface LatticeEvent {
  readonly raw_path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query_string_parameters?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly is_base64_encoded?: boolean;
}

/** Event of VPC Lattice, version 2. */
export interface LatticeEventV2 {
  readonly version: '2.0';
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: Readonly<Record<string, unknown>>;
}

/** Event of an HTTP request as its source sends it. */
export type HttpEvent = APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent | LatticeEvent | LatticeEventV2;
