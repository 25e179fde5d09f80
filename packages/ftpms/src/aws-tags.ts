import type { Account, Marked } from './account.js';
import { type Caller, listed } from './aws-account.js';

const HAD = 'ftpms:had';
const MAPPING = 'ftpms:mapping:';
/** A function may have 50 tags, most of which should stay its owner's. Mappings beyond that are left to the alert. */
const MAPPINGS = 20;

/** What functions had, as tags on them: the one place that does not need the table. */
export function tags(call: Caller): Pick<Account, 'mark' | 'marked'> {
  const arns = new Map<string, string>();
  const arnOf = async (name: string): Promise<string> => {
    if (!arns.has(name)) for (const { name: each, arn } of await listed(call)) arns.set(each, arn);
    return arns.get(name) ?? '';
  };
  const read = async (Resource: string): Promise<Readonly<Record<string, string>>> =>
    (await call('lambda:ListTags', ({ lambda }) => lambda.listTags({ Resource }))).Tags ?? {};
  return {
    mark: async (name, had) => {
      const Resource = await arnOf(name);
      if (had) {
        await call('lambda:TagResource', ({ lambda }) => lambda.tagResource({ Resource, Tags: toTags(had) }));
        return;
      }
      const TagKeys = Object.keys(await read(Resource)).filter((key) => key === HAD || key.startsWith(MAPPING));
      if (TagKeys.length > 0) await call('lambda:UntagResource', ({ lambda }) => lambda.untagResource({ Resource, TagKeys }));
    },
    marked: async (name) => fromTags(await read(await arnOf(name))),
  };
}

/** `10 0` is a function that had 10 and was given 0; after it come `silent=` with a time, and `held`. */
const FORM = /^(none|\d{1,6}) (none|\d{1,6})(?: silent=(\d{1,16}))?( held)?$/;

const toTags = ({ concurrency, set, mappings, silentAt, isHeld }: Marked): Record<string, string> => ({
  [HAD]: `${concurrency ?? 'none'} ${set ?? 'none'}${silentAt === undefined ? '' : ` silent=${silentAt}`}${isHeld ? ' held' : ''}`,
  ...Object.fromEntries(mappings.slice(0, MAPPINGS).map((id) => [MAPPING + id, 'on'])),
});

/** Anybody may change tags: a value that makes no sense is not ours. */
function fromTags(all: Readonly<Record<string, string>>): Marked | undefined {
  const [, concurrency, set, silentAt, held] = FORM.exec(all[HAD] ?? '') ?? [];
  if (concurrency === undefined || set === undefined) return undefined;
  const mappings = Object.keys(all).flatMap((key) => (key.startsWith(MAPPING) ? key.slice(MAPPING.length) : []));
  return {
    concurrency: toNumber(concurrency),
    set: toNumber(set),
    mappings,
    ...(silentAt !== undefined && { silentAt: Number(silentAt) }),
    ...(held !== undefined && { isHeld: true }),
  };
}

const toNumber = (text: string): number | null => (text === 'none' ? null : Number(text));
