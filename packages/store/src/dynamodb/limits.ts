/** Limits of DynamoDB per request. Each was read on 2026-11-21 at the address beside it. */
export const LIMITS = {
  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
  keysPerRead: 100,
  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
  itemsPerWrite: 25,
  /** Size of one request in bytes; the same page. */
  bytesPerWrite: 16_777_216,
  /** Size of an item's names and values together, in bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
  bytesPerItem: 409_600,
} as const;

/** Size in bytes of our attribute names, the times and the type, besides key and value, with a margin. */
export const OVERHEAD = 64;
