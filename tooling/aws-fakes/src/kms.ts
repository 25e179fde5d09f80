import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type Call, Fault, type Service } from './server.ts';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:';
const KEY_SPECS: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };
const BLOB_LIMIT = 6144;

interface Key {
  readonly arn: string;
  readonly material: Buffer;
  readonly alias: string | undefined;
}

/**
 * The part of KMS that envelope encryption needs: `GenerateDataKey` and `Decrypt` with symmetric keys.
 * The encryption context is authenticated. A fake cannot decrypt the ciphertexts of another.
 * @param names Ids or aliases (`alias/app`) of the existing keys.
 */
export function kms(...names: readonly string[]): Service {
  const keys = names.map(toKey);
  return {
    'TrentService.GenerateDataKey': ({ input }: Call) => {
      const key = find(keys, input['KeyId']);
      const plaintext = randomBytes(sizeOf(input));
      return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), CiphertextBlob: wrap(key, plaintext, contextOf(input)).toString('base64') };
    },
    'TrentService.Decrypt': ({ input }: Call) => {
      const blob = blobOf(input['CiphertextBlob']);
      const maker = keys.find(({ arn }) => blob.subarray(0, 16).equals(mark(arn)));
      if (!maker) throw new Fault('InvalidCiphertextException', '');
      if (input['KeyId'] !== undefined && find(keys, input['KeyId']) !== maker) {
        throw new Fault('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
      }
      return { KeyId: maker.arn, Plaintext: unwrap(maker, blob, contextOf(input)).toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
  };
}

function toKey(name: string, index: number): Key {
  const alias = name.startsWith('alias/') ? name : undefined;
  const id = alias ? `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` : name;
  return { arn: `${ARN}key/${id}`, material: randomBytes(32), alias };
}

function find(keys: readonly Key[], id: unknown): Key {
  if (typeof id !== 'string' || id === '' || id.length > 2048) throw new Fault('ValidationException', "Value at 'keyId' failed to satisfy constraint");
  const name = id.startsWith(ARN) ? id.slice(ARN.length) : id.startsWith('alias/') ? id : `key/${id}`;
  const key = keys.find(({ arn, alias }) => alias === name || arn === ARN + name);
  if (!key) throw new Fault('NotFoundException', `Key '${ARN}${name}' does not exist`);
  return key;
}

function sizeOf({ KeySpec, NumberOfBytes }: Call['input']): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) throw new Fault('ValidationException', 'Please specify either number of bytes or key spec.');
  const size = typeof KeySpec === 'string' ? KEY_SPECS[KeySpec] : NumberOfBytes;
  if (Number.isInteger(size) && Number(size) >= 1 && Number(size) <= 1024) return Number(size);
  throw new Fault('ValidationException', "Value at 'keySpec' failed to satisfy constraint");
}

/** Sorts the names, so that the order of a context's entries makes no difference. */
function contextOf({ EncryptionContext = {} }: Call['input']): Buffer {
  const entries = typeof EncryptionContext === 'object' && EncryptionContext !== null ? Object.entries(EncryptionContext) : [[undefined, undefined]];
  if (!entries.every(([name, value]) => name !== undefined && typeof value === 'string'))
    throw new Fault('SerializationException', 'a context is texts by name');
  return Buffer.from(JSON.stringify(entries.sort()));
}

function blobOf(given: unknown): Buffer {
  const blob = Buffer.from(typeof given === 'string' ? given : '', 'base64');
  if (blob.length >= 1 && blob.length <= BLOB_LIMIT) return blob;
  throw new Fault('ValidationException', "Value at 'ciphertextBlob' failed to satisfy constraint");
}

const mark = (arn: string): Buffer => createHash('sha256').update(arn).digest().subarray(0, 16);

function wrap({ arn, material }: Key, plaintext: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(context);
  return Buffer.concat([mark(arn), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function unwrap({ material }: Key, blob: Buffer, context: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(16, 28), { authTagLength: 16 }).setAAD(context).setAuthTag(blob.subarray(-16));
    return Buffer.concat([decipher.update(blob.subarray(28, -16)), decipher.final()]);
  } catch {
    throw new Fault('InvalidCiphertextException', '');
  }
}
