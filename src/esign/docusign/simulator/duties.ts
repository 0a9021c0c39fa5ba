import type { Lifecycle } from './lifecycle.ts';
import type { SimEnvelope } from './state.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

/** What the provider does by itself when time passes: it reminds, and it lets envelopes expire. */
export interface Duties {
  track(envelope: SimEnvelope): void;
  /** Does what is due. Cheap when nothing is. */
  catchUp(): void;
}

function expiresAtMs(envelope: SimEnvelope): number {
  return (envelope.sentAtMs ?? 0) + Math.max(1, Number(envelope.notification.expirations.expireAfter)) * DAY_MS;
}

function remindsAtMs(envelope: SimEnvelope): number {
  const { reminderEnabled, reminderDelay, reminderFrequency } = envelope.notification.reminders;
  if (reminderEnabled !== 'true') return Number.POSITIVE_INFINITY;
  const frequency = Number(reminderFrequency);
  if (envelope.remindersSent > 0 && frequency === 0) return Number.POSITIVE_INFINITY;
  return (envelope.sentAtMs ?? 0) + (Number(reminderDelay) + envelope.remindersSent * frequency) * DAY_MS;
}

/** Begins with the envelopes that are out already, so that a restart forgets no expiry. */
export function createDuties(world: World, lifecycle: () => Lifecycle): Duties {
  const dueAtMs = new Map<string, number>();

  function track(envelope: SimEnvelope): void {
    if (envelope.status === 'sent' || envelope.status === 'delivered') {
      dueAtMs.set(envelope.envelopeId, Math.min(expiresAtMs(envelope), remindsAtMs(envelope)));
    } else {
      dueAtMs.delete(envelope.envelopeId);
    }
  }

  for (const envelope of world.envelopes.values()) track(envelope);

  return {
    track,
    catchUp() {
      const now = world.nowMs();
      for (const envelopeId of [...dueAtMs.keys()]) {
        while ((dueAtMs.get(envelopeId) ?? Number.POSITIVE_INFINITY) <= now) {
          if (expiresAtMs(world.envelope(envelopeId)) <= now) lifecycle().expire(envelopeId);
          else lifecycle().remind(envelopeId);
        }
      }
    },
  };
}
