import type { Account, Stopped } from './account.js';
import { type Caller, listed } from './aws-account.js';

const HAD = 'ftpms:had';
const MAPPING = 'ftpms:mapping:';
/** A function may have 50 tags, most of which should stay its owner's. Mappings beyond that are left to the alert. */
const MAPPINGS = 20;

/** What functions had, as tags on them: the one place that does not need the table. */
export function tags(call: Caller): Pick<Account, 'mark' | 'marked'> {
  const arnOf = async (name: string): Promise<string> => (await listed(call)).find((each) => each.name === name)?.arn ?? '';
  const read = async (Resource: string): Promise<Readonly<Record<string, string>>> =>
    (await call('lambda:ListTags', ({ lambda }) => lambda.listTags({ Resource }))).Tags ?? {};
  return {
    mark: async (name, stopped) => {
      const Resource = await arnOf(name);
      if (stopped) {
        await call('lambda:TagResource', ({ lambda }) => lambda.tagResource({ Resource, Tags: toTags(stopped) }));
        return;
      }
      const TagKeys = Object.keys(await read(Resource)).filter((key) => key === HAD || key.startsWith(MAPPING));
      if (TagKeys.length > 0) await call('lambda:UntagResource', ({ lambda }) => lambda.untagResource({ Resource, TagKeys }));
    },
    marked: async (name) => fromTags(await read(await arnOf(name))),
  };
}

const toTags = ({ concurrency, mappings, silentAt }: Stopped): Record<string, string> => ({
  [HAD]: `${concurrency ?? 'none'} ${silentAt}`,
  ...Object.fromEntries(mappings.slice(0, MAPPINGS).map((id) => [MAPPING + id, 'on'])),
});

/** Tags may be changed by anybody: what makes no sense is none of ours. */
function fromTags(all: Readonly<Record<string, string>>): Stopped | undefined {
  const [, concurrency, silentAt] = /^(none|\d{1,6}) (\d{1,16})$/.exec(all[HAD] ?? '') ?? [];
  if (concurrency === undefined) return undefined;
  const mappings = Object.keys(all).flatMap((key) => (key.startsWith(MAPPING) ? key.slice(MAPPING.length) : []));
  return { concurrency: concurrency === 'none' ? null : Number(concurrency), mappings, silentAt: Number(silentAt) };
}
