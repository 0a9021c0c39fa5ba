import type { Records, SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { SEED_TEMPLATES } from './seed.ts';
import type { SimEnvelope, SimMail, SimTemplate } from './state.ts';
import type { DocuSignSwitches } from './switches.ts';
import { WireError } from './wire-error.ts';

const LATEST_MAILS = 2000;

/** The account as the simulator keeps it; everything but the switches survives a restart. */
export interface World {
  readonly accountId: string;
  readonly userId: string;
  readonly baseUrl: string;
  readonly envelopes: Records<SimEnvelope>;
  /** Base64 under `<envelopeId>/<documentId>`. */
  readonly documents: Records<string>;
  readonly templates: Records<SimTemplate>;
  /** Envelope ids by transaction id. */
  readonly transactions: Records<{ readonly envelopeIds: string[]; readonly atMs: number }>;
  nowMs(): number;
  guid(): string;
  nextNumber(name: string, first?: number): number;
  /** Throws WireError ENVELOPE_DOES_NOT_EXIST. */
  envelope(envelopeId: string): SimEnvelope;
  save(envelope: SimEnvelope): void;
  mail(mail: Omit<SimMail, 'atMs'>): void;
  mails(): readonly SimMail[];
  switches(): DocuSignSwitches;
  setSwitches(changes: Partial<DocuSignSwitches>): void;
}

export interface WorldOptions {
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  readonly random: () => number;
  readonly baseUrl: string;
  readonly accountId: string;
  readonly userId: string;
  readonly switches: DocuSignSwitches;
}

function guidFrom(random: () => number): string {
  const pattern = 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx';
  return pattern.replace(/[xy]/g, (letter) => {
    const digit = Math.floor(random() * 16);
    return (letter === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

/** Opens the account in `storage`; the seeded templates are put there when they are missing. */
export function createWorld(options: WorldOptions): World {
  const { storage, clock } = options;
  const envelopes = storage.records<SimEnvelope>('docusign-envelope');
  const templates = storage.records<SimTemplate>('docusign-template');
  const mails = storage.records<SimMail>('docusign-mail');
  let switches = options.switches;
  for (const template of SEED_TEMPLATES) {
    if (templates.get(template.templateId) === undefined) templates.set(template.templateId, template);
  }
  return {
    accountId: options.accountId,
    userId: options.userId,
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    envelopes,
    documents: storage.records<string>('docusign-document'),
    templates,
    transactions: storage.records('docusign-transaction'),
    nowMs: () => clock.nowMs(),
    guid: () => guidFrom(options.random),
    nextNumber: (name, first) => storage.nextNumber(`docusign-${name}`, first),
    envelope(envelopeId) {
      const found = envelopes.get(envelopeId.toLowerCase());
      if (found !== undefined) return found;
      throw new WireError(
        switches.notFoundStatus,
        'ENVELOPE_DOES_NOT_EXIST',
        'The envelope specified either does not exist or you have no rights to it.',
      );
    },
    save: (envelope) => envelopes.set(envelope.envelopeId, envelope),
    mail(mail) {
      const number = storage.nextNumber('docusign-mail');
      mails.set(String(number), { ...mail, atMs: clock.nowMs() });
      mails.delete(String(number - LATEST_MAILS));
    },
    mails: () => mails.values(),
    switches: () => switches,
    setSwitches(changes) {
      switches = { ...switches, ...changes };
    },
  };
}
