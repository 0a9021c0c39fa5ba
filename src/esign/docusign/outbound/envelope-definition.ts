import type { EnvelopeSpec } from '../../esign-port.ts';
import { ATTEMPT_FIELD, CONTRACT_FIELD, WANTED_EVENTS } from '../mapping.ts';
import { compositeTemplates } from './composite-templates.ts';
import type { TemplateShape } from './template-shape.ts';

/** Limits of `emailSubject` and `emailBlurb`. Source: definition envelopeDefinition of the eSignature REST API v2.1. */
const MAX_SUBJECT_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 10_000;

/** Days before the end at which DocuSign warns the recipients. */
const WARN_DAYS = 3;

/**
 * The body of a create call for a draft; the same spec and templates always give the same body. All scalars are
 * strings, as DocuSign wants even numbers and booleans.
 */
export function envelopeDefinition(spec: EnvelopeSpec, templates: readonly TemplateShape[]): object {
  const customFields = {
    textCustomFields: [
      { name: CONTRACT_FIELD, value: spec.contractRef, required: 'false', show: 'false' },
      { name: ATTEMPT_FIELD, value: spec.attemptKey, required: 'false', show: 'false' },
    ],
  };
  return {
    status: 'created',
    emailSubject: shorten(spec.subject, MAX_SUBJECT_LENGTH),
    emailBlurb: shorten(spec.message, MAX_MESSAGE_LENGTH),
    transactionId: spec.attemptKey,
    customFields,
    compositeTemplates: compositeTemplates(spec, templates, customFields),
    notification: notificationOf(spec),
    eventNotification: {
      url: spec.notifyUrl,
      deliveryMode: 'SIM',
      events: WANTED_EVENTS,
      eventData: { version: 'restv2.1', format: 'json', includeData: ['custom_fields', 'recipients'] },
      includeHMAC: 'true',
      requireAcknowledgment: 'true',
      loggingEnabled: 'true',
    },
  };
}

function notificationOf(spec: EnvelopeSpec): object {
  const { reminders, expiresAfterDays } = spec;
  return {
    useAccountDefaults: 'false',
    reminders:
      reminders === undefined
        ? { reminderEnabled: 'false' }
        : {
            reminderEnabled: 'true',
            reminderDelay: String(reminders.firstAfterDays),
            reminderFrequency: String(reminders.everyDays),
          },
    expirations: {
      expireEnabled: 'true',
      expireAfter: String(expiresAfterDays),
      expireWarn: String(Math.max(0, Math.min(WARN_DAYS, expiresAfterDays - 1))),
    },
  };
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).trimEnd()}…`;
}
