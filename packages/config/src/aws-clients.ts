/** Options of one SDK call. The call must settle soon after the signal aborts. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

interface Parameter {
  readonly Name?: string | undefined;
  readonly ARN?: string | undefined;
  readonly Selector?: string | undefined;
  readonly Value?: string | undefined;
}

/** The methods of `SSM` in `@aws-sdk/client-ssm` that are used here. */
export interface SsmClient {
  getParameters(
    input: { readonly Names: string[]; readonly WithDecryption: boolean },
    options?: CallOptions,
  ): Promise<{ readonly Parameters?: readonly Parameter[] | undefined }>;
  getParametersByPath(
    input: { readonly Path: string; readonly Recursive: boolean; readonly WithDecryption: boolean; readonly NextToken?: string },
    options?: CallOptions,
  ): Promise<{ readonly Parameters?: readonly Parameter[] | undefined; readonly NextToken?: string | undefined }>;
}

/** A secret as Secrets Manager returns it: a string or bytes. */
export interface SecretValue {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** The methods of `SecretsManager` in `@aws-sdk/client-secrets-manager` that are used here. */
export interface SecretsClient {
  getSecretValue(input: { readonly SecretId: string }, options?: CallOptions): Promise<SecretValue>;
  batchGetSecretValue(
    input: { readonly SecretIdList: string[] },
    options?: CallOptions,
  ): Promise<{
    readonly SecretValues?: readonly SecretValue[] | undefined;
    readonly Errors?:
      | readonly { readonly SecretId?: string | undefined; readonly ErrorCode?: string | undefined; readonly Message?: string | undefined }[]
      | undefined;
  }>;
}

/** The methods of `AppConfigData` in `@aws-sdk/client-appconfigdata` that are used here. */
export interface AppConfigClient {
  startConfigurationSession(
    input: { readonly ApplicationIdentifier: string; readonly EnvironmentIdentifier: string; readonly ConfigurationProfileIdentifier: string },
    options?: CallOptions,
  ): Promise<{ readonly InitialConfigurationToken?: string | undefined }>;
  getLatestConfiguration(
    input: { readonly ConfigurationToken: string },
    options?: CallOptions,
  ): Promise<{
    readonly Configuration?: Uint8Array | undefined;
    readonly NextPollConfigurationToken?: string | undefined;
    readonly NextPollIntervalInSeconds?: number | undefined;
  }>;
}
