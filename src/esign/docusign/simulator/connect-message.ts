import { createHmac } from 'node:crypto';
import { documentsView, envelopeView } from './envelope-view.ts';
import type { ConnectTarget, SimEnvelope, SimRecipient } from './state.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';

/** What waits in the webhook queue: everything but what differs from one attempt to the next. */
export interface ConnectMessage {
  readonly destination: string;
  readonly target: ConnectTarget;
  readonly configurationId: number;
  readonly event: string;
  readonly envelopeId: string;
  readonly recipientId: string | undefined;
  readonly generatedAtMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `data` of a JSON SIM message ("JSON SIM event model"); `envelopeSummary` only when data was asked for. */
export function connectData(
  world: World,
  target: ConnectTarget,
  envelope: SimEnvelope,
  recipientId: string | undefined,
): Record<string, unknown> {
  const withDocuments = target.includeData.includes('documents');
  const summary = envelopeView(world, envelope, target.includeData);
  const contents = documentsView(envelope).map((document) => ({
    ...document,
    PDFBytes: world.documents.get(`${envelope.envelopeId}/${document.documentId}`) ?? '',
  }));
  return {
    accountId: world.accountId,
    userId: world.userId,
    envelopeId: envelope.envelopeId,
    ...(recipientId === undefined ? {} : { recipientId }),
    ...(target.includeData.length === 0
      ? {}
      : { envelopeSummary: withDocuments ? { ...summary, envelopeDocuments: contents } : summary }),
  };
}

export interface SigningOptions {
  readonly hmacKeys: readonly string[];
  readonly attempt: number;
  readonly generatedAtMs: number;
}

/**
 * Builds and signs one attempt. `X-DocuSign-Signature-1`, `-2`, ... carry base64 HMAC-SHA256 of the body under each
 * key of the account ("How to validate an HMAC signature"), and only where `includeHMAC` was asked for.
 */
export function connectRequest(
  world: World,
  message: ConnectMessage,
  data: Readonly<Record<string, unknown>>,
  options: SigningOptions,
): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({
    event: message.event,
    apiVersion: 'v2.1',
    uri: `/restapi/v2.1/accounts/${world.accountId}/envelopes/${message.envelopeId}`,
    retryCount: options.attempt,
    configurationId: message.configurationId,
    generatedDateTime: wireTime(options.generatedAtMs),
    data,
  });
  const signatures = options.hmacKeys.map((key, index): [string, string] => [
    `X-DocuSign-Signature-${index + 1}`,
    createHmac('sha256', key).update(body).digest('base64'),
  ]);
  const signed = message.target.includeHmac && signatures.length > 0;
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'DocuSign Connect (sandbox)',
      ...(signed
        ? {
            'x-authorization-digest': 'HMACSHA256',
            'x-docusign-accountid': world.accountId,
            ...Object.fromEntries(signatures),
          }
        : {}),
    },
    body,
  };
}

/** Recipient events name the recipient by the number that the sender chose. */
export function recipientOf(event: string, recipient: SimRecipient | undefined): string | undefined {
  return event.startsWith('recipient-') ? recipient?.recipientId : undefined;
}
