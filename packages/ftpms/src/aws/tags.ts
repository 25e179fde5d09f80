import type { ArnOf, Caller } from './caller.js';
import type { Account, Marked } from './contract.js';

const HAD = 'ftpms:had';
const MAPPINGS = 'ftpms:mappings:';
/** Lambda's limit for a function. Most of them should stay its owner's. */
const LIMIT = 50;
const MAX_TAGS = 20;
/** A tag's value has 256 characters, an id 36. */
const IDS_PER_TAG = 6;

/** What functions had, as tags on them: the one place that does not need the table. */
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

/** `10 0` is a function that had 10 and was given 0; after it come `silent=` with a time, `held`, and `unlisted=` with a number of mappings. */
const FORM = /^(none|\d{1,6}) (none|\d{1,6})(?: silent=(\d{1,16}))?( held)?(?: unlisted=(\d{1,6}))?$/;

/** @param room The number of tags that mappings may take. */
function toTags({ concurrency, set, mappings, unlisted = 0, silentAt, isHeld }: Marked, room: number): Record<string, string> {
  const listed = mappings.slice(0, room * IDS_PER_TAG);
  const missing = unlisted + mappings.length - listed.length;
  const had = [concurrency ?? 'none', set ?? 'none', silentAt !== undefined && `silent=${silentAt}`, isHeld && 'held', missing > 0 && `unlisted=${missing}`];
  const tags: Record<string, string> = { [HAD]: had.filter((part) => part !== false && part !== undefined).join(' ') };
  for (let at = 0; at < listed.length; at += IDS_PER_TAG) tags[MAPPINGS + at / IDS_PER_TAG] = listed.slice(at, at + IDS_PER_TAG).join(' ');
  return tags;
}

/** Anybody may change tags: a value that makes no sense is not ours. */
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
