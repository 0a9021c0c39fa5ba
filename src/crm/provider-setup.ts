/** What a person may say beside the configuration, by the name of the option on the command line. */
export interface SetupOptions {
  /** Username under which the provider sends, where it wants one. */
  readonly 'integration-user'?: string;
  /** Also ask the CRM to refuse a second task with the same key. */
  readonly 'unique-task-key'?: boolean;
  /** Twelve digits, and a region such as `eu-central-1`: for events that go to EventBridge directly. */
  readonly 'aws-account'?: string;
  readonly 'aws-region'?: string;
}

export interface SetupInput {
  readonly connectionId: string;
  /** Settings of the connection, checked by the provider's own schema. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly publicUrl: string;
  /** Newest first. Empty only where the provider gives the keys and nobody put one into the secret yet. */
  readonly signingKeys: readonly string[];
  readonly options: SetupOptions;
}

export interface SetupFile {
  /** Below the folder of the connection, with slashes. */
  readonly path: string;
  readonly text: string;
}

export type SetupResult =
  | {
      readonly ok: true;
      readonly files: readonly SetupFile[];
      /** What a person still has to do, in order; one short sentence each. */
      readonly steps: readonly string[];
    }
  /** Nothing is written; `remedy` says what to change. */
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** How an account at a provider is made ready for the hub: files that its admin deploys, and what is left to click. */
export interface ProviderSetup {
  readonly provider: string;
  /** Options that mean something here. */
  readonly options: readonly (keyof SetupOptions)[];
  /** Where the provider gives the signing key: which one it is, in angle brackets. Absent where keys are random texts of our own. */
  readonly givenSigningKey?: string;
  /** What stands in the secret beside `signingKeys`, with a description in angle brackets where a value goes. */
  readonly secretExample: Readonly<Record<string, string>>;
  /** Page of this repository that says every step in full. */
  readonly page: string;
  prepare(input: SetupInput): SetupResult;
}

/** Address that the provider's webhooks of this connection are sent to. */
export function webhookUrl(input: Pick<SetupInput, 'publicUrl' | 'connectionId'>, provider: string): string {
  return `${input.publicUrl.replace(/\/$/, '')}/webhooks/${provider}/${input.connectionId}`;
}

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why nobody outside this machine can call the address; undefined when they can. Only https is called from outside,
 * and a simulator calls this machine.
 */
export function notReachable(publicUrl: string): string | undefined {
  const url = new URL(publicUrl);
  if (LOOPBACK_HOSTS.includes(url.hostname)) return `publicUrl is ${publicUrl}, which only this machine can reach`;
  return url.protocol === 'https:' ? undefined : `publicUrl is ${publicUrl}, which is not https`;
}
