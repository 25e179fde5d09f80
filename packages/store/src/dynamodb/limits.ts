/** What DynamoDB takes at once. Read on 2026-11-21 at the addresses beside each number. */
export const LIMITS = {
  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
  keysPerRead: 100,
  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
  itemsPerWrite: 25,
  /** Of one request, in bytes; the same page. */
  bytesPerWrite: 16_777_216,
  /** Names and values together, in bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
  bytesPerItem: 409_600,
} as const;

/** What our attributes' names, the times and the type take beside key and value, in bytes, with something to spare. */
export const OVERHEAD = 64;
