import { library } from '@suga/tsup';

export default library('index', 'core', {
  tokens: 'tokens/tokens',
  unpack: 'tokens/unpack',
  encryption: 'encryption/encryption',
  kms: 'encryption/kms-data-keys',
  passwords: 'hashing/passwords',
  validation: 'validation/validation',
});
