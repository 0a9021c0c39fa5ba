import type { Faults } from '../../../local/sandbox-kit/faults.ts';
import type { Records, SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import {
  createWebhookSender,
  type OutgoingWebhook,
  type WebhookSender,
} from '../../../local/sandbox-kit/webhook-sender.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectConfigurations } from './connect-configurations.ts';
import type { ConnectLog } from './connect-log.ts';
import { type ConnectMessage, connectData, connectRequest, recipientOf } from './connect-message.ts';
import { connectRetryDelays, DAY_MS } from './connect-retries.ts';
import type { ConnectTarget, SimEnvelope, SimRecipient } from './state.ts';
import type { World } from './world.ts';

/** An acknowledgement is any 2xx within 100 s. */
const ACKNOWLEDGED_WITHIN_MS = 100_000;
const SHORTEST_TIMEOUT_MS = 2_000;

export interface ConnectOptions {
  readonly world: World;
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly hmacKeys: readonly string[];
  readonly timeScale: number;
  readonly configurations: ConnectConfigurations;
  readonly log: ConnectLog;
}

export interface Connect {
  emit(envelope: SimEnvelope, event: string, recipient?: SimRecipient): void;
  readonly sender: WebhookSender;
}

function isAck(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** DocuSign Connect: JSON SIM messages to the envelope's own address and to the account's configurations. */
export function createConnect(options: ConnectOptions): Connect {
  const { world, configurations, timeScale, log } = options;
  /** Destinations that refused, with the time of their next daily try. */
  const down: Records<{ nextTryAtMs: number }> = options.storage.records('docusign-connect-down');
  let current: { webhook: OutgoingWebhook; message: ConnectMessage } | undefined;

  function outcome(webhook: OutgoingWebhook, message: ConnectMessage, status: number): void {
    const { event, envelopeId, recipientId, target, configurationId } = message;
    const atMs = world.nowMs();
    const accepted = isAck(status);
    const logId = String(world.nextNumber('connect-log'));
    const { id, attempt } = webhook;
    log.add({
      logId,
      webhookId: id,
      event,
      envelopeId,
      recipientId,
      url: target.url,
      configurationId,
      attempt,
      atMs,
      status,
      accepted,
    });
    if (world.switches().connectRetries !== 'daily-ten' || !target.requireAcknowledgment) return;
    // Whatever is said meanwhile waits for the same next try, so that the first success lets all go in order.
    if (accepted) down.delete(message.destination);
    else down.set(message.destination, { nextTryAtMs: atMs + DAY_MS / timeScale });
  }

  const sender = createWebhookSender({
    storage: options.storage,
    clock: options.clock,
    faults: options.faults,
    timeoutMs: Math.max(SHORTEST_TIMEOUT_MS, ACKNOWLEDGED_WITHIN_MS / timeScale),
    get retryDelaysMs() {
      return connectRetryDelays(world.switches().connectRetries, timeScale);
    },
    get concurrency() {
      return world.switches().connectRetries === 'daily-ten' ? 1 : 4;
    },
    isAccepted: isAck,
    build(webhook, nowMs) {
      const message = webhook.payload as ConnectMessage;
      const { generatedDateTime, summaryAsOf } = world.switches();
      const now = summaryAsOf === 'send' ? world.envelopes.get(message.envelopeId) : undefined;
      const data = now === undefined ? message.data : connectData(world, message.target, now, message.recipientId);
      current = { webhook, message };
      return connectRequest(world, message, data, {
        hmacKeys: options.hmacKeys,
        attempt: webhook.attempt,
        generatedAtMs: generatedDateTime === 'of-each-attempt' ? nowMs : message.generatedAtMs,
      });
    },
    async fetch(url, init) {
      // The sender calls this in the same turn as `build`.
      const sending = current;
      const settle = (status: number) => {
        if (sending !== undefined) outcome(sending.webhook, sending.message, status);
      };
      const wantsAck = sending?.message.target.requireAcknowledgment ?? true;
      try {
        const response = await fetch(url, init);
        settle(response.status);
        // Without acknowledgement DocuSign sends once and does not look back.
        return wantsAck ? response : new Response(null, { status: 200 });
      } catch (error) {
        settle(0);
        if (wantsAck) throw error;
        return new Response(null, { status: 200 });
      }
    },
  });

  function enqueue(
    destination: string,
    configurationId: number,
    target: ConnectTarget,
    [envelope, event, recipient]: [SimEnvelope, string, SimRecipient | undefined],
  ): void {
    if (!target.events.includes(event)) return;
    const recipientId = recipientOf(event, recipient);
    const message: ConnectMessage = {
      destination,
      target,
      configurationId,
      event,
      envelopeId: envelope.envelopeId,
      recipientId,
      generatedAtMs: world.nowMs(),
      data: connectData(world, target, envelope, recipientId),
    };
    const waitMs = (down.get(destination)?.nextTryAtMs ?? 0) - world.nowMs();
    sender.enqueue({ name: event, url: target.url, payload: message, afterMs: Math.max(0, waitMs) });
  }

  return {
    sender,
    emit(envelope, event, recipient) {
      for (const target of envelope.eventNotifications) {
        enqueue(`url ${target.url}`, 0, target, [envelope, event, recipient]);
      }
      for (const { connectId, allowEnvelopePublish, pausePublish, target } of configurations.list()) {
        if (!allowEnvelopePublish || pausePublish) continue;
        enqueue(`configuration ${connectId}`, Number(connectId), target, [envelope, event, recipient]);
      }
    },
  };
}
