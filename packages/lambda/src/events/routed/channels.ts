import type { RouteTable } from '../contract/routes.js';

/** A route by operation and channel, such as `PUBLISH /chat/{room}`. */
export interface ChannelRoute {
  readonly operation: string;
  readonly segments: readonly string[];
  readonly route: unknown;
}

/** A route for a channel, with the values of the parameters in its key. */
export interface FoundChannel {
  readonly route: unknown;
  readonly params: Readonly<Record<string, string>>;
}

/** Describes the mistake in a key. @returns `undefined` for a valid key */
export function channelProblem(key: string): string | undefined {
  const [, path] = /^(?:PUBLISH|SUBSCRIBE) \/(\S+)$/.exec(key) ?? [];
  if (path === undefined) return 'write an operation and a channel, like "PUBLISH /chat/{room}" or "SUBSCRIBE /chat/*"';
  const segments = path.split('/');
  const names = segments.flatMap((segment) => nameIn(segment) ?? []);
  if (segments.slice(0, -1).some(isRest)) return 'nothing may follow * and {name+}';
  if (new Set(names).size < names.length || names.includes('__proto__')) return 'a {name} is used twice or reserved';
  // AppSync's own rule for the segments of a channel.
  const wrong = segments.find(
    (segment) => nameIn(segment) === undefined && segment !== '*' && !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/.test(segment),
  );
  return wrong === undefined ? undefined : `${JSON.stringify(wrong)} is not a segment of a channel: write letters, digits and hyphens, {name}, or * at the end`;
}

/** The channels of a key, without the names of its parameters. Keys that differ only in these names get the same text. */
export const channelsOf = (key: string): string => key.replace(/\{\w+\+\}$/, '*').replace(/\{\w+\}/g, '{}');

const nameIn = (segment: string): string | undefined => /^\{([A-Za-z_]\w*)\+?\}$/.exec(segment)?.[1];
const isRest = (segment: string): boolean => segment === '*' || segment.endsWith('+}');

/** Sorts routes, most specific first: a literal segment takes precedence over `{name}`, and `{name}` over `*`. */
export const sortChannels = (routes: RouteTable): readonly ChannelRoute[] =>
  Object.entries(routes)
    .map(([key, route]): ChannelRoute => {
      const [operation = '', path = ''] = key.split(' ');
      return { operation, segments: path.slice(1).split('/'), route };
    })
    .sort((a, b) => (specificity(a) < specificity(b) ? -1 : 1));

/** One digit per segment. The digits are compared as text. */
const specificity = ({ segments }: ChannelRoute): string => segments.map((segment) => (isRest(segment) ? 2 : nameIn(segment) === undefined ? 0 : 1)).join('');

/** Finds the most specific route for a channel. */
export function findChannel(channels: readonly ChannelRoute[], operation: string, path: string): FoundChannel | undefined {
  const requested = path.slice(1).split('/');
  for (const channel of channels) {
    const params = channel.operation === operation ? match(channel.segments, requested) : undefined;
    if (params) return { route: channel.route, params };
  }
  return undefined;
}

function match(segments: readonly string[], requested: readonly string[]): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = requested[at];
    if (value === undefined) return undefined;
    const name = nameIn(segment);
    if (name !== undefined) params[name] = isRest(segment) ? requested.slice(at).join('/') : value;
    if (isRest(segment)) return params;
    // A subscription to all channels below (`*`) must not match a key for one of them.
    if (name === undefined ? segment !== value : value === '*') return undefined;
  }
  return segments.length === requested.length ? params : undefined;
}
