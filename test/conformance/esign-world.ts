import { HubError } from '../../src/domain/errors.ts';
import type { EnvelopeRecipient, EnvelopeSpec, ESignPort } from '../../src/esign/esign-port.ts';

/** What the suite needs of the world behind a port: people who act, and bad days. */
export interface ESignWorld {
  readonly port: ESignPort;
  readonly accountId: string;
  /** A template with the roles and order of PEOPLE and a text field with this label for the customer. */
  readonly template: string;
  readonly templateField: string;
  /** An id of the provider's form that belongs to nothing. */
  readonly unknownId: string;
  /** A PDF that shows these lines. */
  pdf(lines: readonly string[]): Uint8Array;
  /** Addresses that were asked to act on the envelope by e-mail, in order. */
  invitations(envelopeId: string): readonly string[];
  /** All envelopes of the account that are not deleted, in whatever state. */
  envelopeCount(): number;
  fieldValue(envelopeId: string, label: string): string | undefined;
  sign(envelopeId: string, recipientId: string): void;
  decline(envelopeId: string, recipientId: string, reason: string): void;
  expire(envelopeId: string): void;
  /** The next write is done, and its answer lost. */
  loseNextAnswer(): void;
  /** The next call meets the provider's quota. */
  exhaustQuota(): void;
  /** The next call finds the provider out of order. */
  breakNextCall(): void;
  /** Access tokens stop working. */
  revokeTokens(): void;
  passTime(ms: number): void;
  stop(): Promise<void>;
}

export const PEOPLE: readonly EnvelopeRecipient[] = [
  {
    recipientId: '1',
    role: 'Legal approver',
    kind: 'approver',
    name: 'Dmitri Sokolov',
    email: 'dmitri@example.com',
    routingOrder: 1,
  },
  {
    recipientId: '2',
    role: 'Customer signer',
    kind: 'signer',
    name: 'Ana Torres',
    email: 'ana@northwind.example',
    routingOrder: 2,
  },
  {
    recipientId: '3',
    role: 'Counter signer',
    kind: 'signer',
    name: 'Marta Lind',
    email: 'marta@example.com',
    routingOrder: 3,
  },
  {
    recipientId: '4',
    role: 'Account owner',
    kind: 'copy',
    name: 'Priya Raman',
    email: 'priya@example.com',
    routingOrder: 4,
  },
];

/** A contract for the three people and one copy, on the world's template. */
export function specFor(world: ESignWorld, changes: Partial<EnvelopeSpec> = {}): EnvelopeSpec {
  return {
    contractRef: 'crm.9001/1',
    attemptKey: 'crm.9001/1/1',
    subject: 'Contract: Northwind rollout',
    message: 'Please sign.',
    documents: [{ name: 'Agreement', source: { template: world.template } }],
    recipients: PEOPLE,
    tabs: { [world.templateField]: 'Northwind GmbH & Co' },
    reminders: { firstAfterDays: 3, everyDays: 2 },
    expiresAfterDays: 30,
    notifyUrl: 'http://127.0.0.1:9/webhooks/esign/main',
    ...changes,
  };
}

/** The HubError that a promise must end in. */
export async function failure(promise: Promise<unknown>): Promise<HubError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw new Error(`no HubError but ${String(error)}`);
}
