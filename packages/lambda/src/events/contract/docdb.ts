/** A change event of MongoDB's change streams, in extended JSON (`{ "$oid": … }`). */
export interface DocdbRecord {
  readonly _id: { readonly _data: string };
  readonly operationType: string;
  readonly ns: { readonly db: string; readonly coll?: string };
  readonly documentKey?: Readonly<Record<string, unknown>>;
  readonly fullDocument?: Readonly<Record<string, unknown>> | null;
  readonly updateDescription?: {
    readonly updatedFields?: Readonly<Record<string, unknown>>;
    readonly removedFields?: readonly string[];
  };
  readonly clusterTime?: unknown;
}

/** A change in an Amazon DocumentDB cluster. Values are in MongoDB's extended JSON; `EJSON` of the package `bson` converts them. */
export interface DocdbChange {
  /** `insert`, `update`, `replace`, `delete`, `drop` and others. */
  readonly operation: string;
  readonly database: string;
  /** Name of the collection. Undefined for a change of the whole database. */
  readonly collection: string | undefined;
  /** The key of the document: `{ _id: … }`. */
  readonly key: Readonly<Record<string, unknown>> | undefined;
  /** The document after the change. Undefined if it was deleted, or if the change stream is not configured to look it up. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  /** Fields that an update has changed or removed. */
  readonly update: DocdbRecord['updateDescription'];
  readonly record: DocdbRecord;
}
