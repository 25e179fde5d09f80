import type { ArnOf, Caller } from './caller.js';
import type { Account, Marked } from './contract.js';

const HAD = 'ftpms:had';
const MAPPINGS = 'ftpms:mappings:';
/** Lambda's limit of tags per function. Most of them should remain for the function's owner. */
const LIMIT = 50;
const MAX_TAGS = 20;
/** A tag's value has 256 characters, an id 36. */
const IDS_PER_TAG = 6;

/** Earlier settings of functions, as tags on these functions. They are the one place that does not need the table. */
export function tags(call: Caller, arnOf: ArnOf): Pick<Account, 'mark' | 'marked'> {
  const read = async (Resource: string): Promise<Readonly<Record<string, string>>> =>
    (await call('lambda:ListTags', ({ lambda }) => lambda.listTags({ Resource }))).Tags ?? {};
  return {
    mark: async (name, had) => {
      const Resource = (await arnOf(name)) ?? '';
      if (had) {
        const write = (room: number) => call('lambda:TagResource', ({ lambda }) => lambda.tagResource({ Resource, Tags: toTags(had, room) }));
        await write(MAX_TAGS).catch(async (error: Error) => {
          const others = Object.keys(await read(Resource)).filter((key) => !isOurs(key)).length;
          const room = LIMIT - others - 1;
          if (room < 0 || room >= MAX_TAGS) throw error;
          await write(room);
        });
        return;
      }
      const TagKeys = Object.keys(await read(Resource)).filter(isOurs);
      if (TagKeys.length > 0) await call('lambda:UntagResource', ({ lambda }) => lambda.untagResource({ Resource, TagKeys }));
    },
    marked: async (name) => fromTags(await read((await arnOf(name)) ?? '')),
  };
}

const isOurs = (key: string): boolean => key === HAD || key.startsWith(MAPPINGS);

/** Format of the tag. `10 0`: the function had 10 and was set to 0. `silent=` with a time, `held`, and `unlisted=` with a number of mappings may follow. */
const FORM = /^(none|\d{1,6}) (none|\d{1,6})(?: silent=(\d{1,16}))?( held)?(?: unlisted=(\d{1,6}))?$/;

/** @param room number of tags that mappings may take */
function toTags({ concurrency, set, mappings, unlisted = 0, silentAt, isHeld }: Marked, room: number): Record<string, string> {
  const listed = mappings.slice(0, room * IDS_PER_TAG);
  const missing = unlisted + mappings.length - listed.length;
  const had = [concurrency ?? 'none', set ?? 'none', silentAt !== undefined && `silent=${silentAt}`, isHeld && 'held', missing > 0 && `unlisted=${missing}`];
  const tags: Record<string, string> = { [HAD]: had.filter((part) => part !== false && part !== undefined).join(' ') };
  for (let at = 0; at < listed.length; at += IDS_PER_TAG) tags[MAPPINGS + at / IDS_PER_TAG] = listed.slice(at, at + IDS_PER_TAG).join(' ');
  return tags;
}

/** Tags can be changed by others: a value in another format is ignored. */
function fromTags(all: Readonly<Record<string, string>>): Marked | undefined {
  const [, concurrency, set, silentAt, held, unlisted] = FORM.exec(all[HAD] ?? '') ?? [];
  if (concurrency === undefined || set === undefined) return undefined;
  const mappings = Object.entries(all).flatMap(([key, ids]) => (key.startsWith(MAPPINGS) ? ids.split(' ') : []));
  return {
    concurrency: toNumber(concurrency),
    set: toNumber(set),
    mappings,
    ...(unlisted !== undefined && { unlisted: Number(unlisted) }),
    ...(silentAt !== undefined && { silentAt: Number(silentAt) }),
    ...(held !== undefined && { isHeld: true }),
  };
}

const toNumber = (text: string): number | null => (text === 'none' ? null : Number(text));
