import { HubError } from '../../../domain/errors.ts';
import type { EnvelopeSpec } from '../../esign-port.ts';
import { roleOf, type TemplateShape } from './template-shape.ts';

/** Limits of the eSignature REST API v2.1 (definitions textCustomField, signer, envelopeDefinition). */
const MAX_KEY_LENGTH = 100;
const MAX_NAME_LENGTH = 100;
const MAX_EMAIL_LENGTH = 100;

/**
 * Refuses what DocuSign would refuse or, worse, accept and get wrong, each with a sentence for the person who can mend
 * it. Throws HubError, never to be retried: `esign.spec-invalid`, `esign.role-missing`, `esign.role-unfilled`,
 * `esign.role-mismatch`, `esign.tab-missing`.
 */
export function checkSpec(spec: EnvelopeSpec, templates: readonly TemplateShape[]): void {
  checkLimits(spec);
  const ownPdf = spec.documents.some(({ source }) => 'pdf' in source);
  checkRecipientsHaveRoles(spec, templates, ownPdf);
  for (const template of templates) checkRolesAreFilled(spec, template);
  if (!ownPdf) checkTabsExist(spec, templates);
}

function checkLimits(spec: EnvelopeSpec): void {
  if (spec.contractRef.length > MAX_KEY_LENGTH || spec.attemptKey.length > MAX_KEY_LENGTH) {
    refuse(
      'esign.spec-invalid',
      `contract reference and attempt key must not be longer than ${MAX_KEY_LENGTH} characters`,
    );
  }
  if (spec.documents.length === 0) refuse('esign.spec-invalid', 'the contract has no document; name one in the policy');
  if (!spec.recipients.some(({ kind }) => kind === 'signer')) {
    refuse('esign.spec-invalid', 'the contract has no signer; name one in the policy');
  }
  const ids = new Set(spec.recipients.map(({ recipientId }) => recipientId));
  if (ids.size !== spec.recipients.length) refuse('esign.spec-invalid', 'two recipients share a recipient id');
  for (const { role, name, email } of spec.recipients) {
    if (name === '' || name.length > MAX_NAME_LENGTH || email === '' || email.length > MAX_EMAIL_LENGTH) {
      const limits = `name and e-mail must be given, of at most ${MAX_NAME_LENGTH} characters each`;
      refuse(
        'esign.spec-invalid',
        `recipient "${role}" cannot be used: ${limits}; correct the person in the CRM or the policy`,
      );
    }
  }
}

function checkRecipientsHaveRoles(spec: EnvelopeSpec, templates: readonly TemplateShape[], ownPdf: boolean): void {
  for (const { role, kind, routingOrder } of spec.recipients) {
    const homes = templates.flatMap((template) => {
      const found = roleOf(template, role);
      return found === undefined ? [] : [{ template, found }];
    });
    // A copy needs no place in the document, and our own PDF has places by anchor.
    if (homes.length === 0 && kind !== 'copy' && !ownPdf) {
      const where = templates.map(describe).join(' and ');
      refuse(
        'esign.role-missing',
        `${where} has no role "${role}"; add the role to the template or correct the policy`,
      );
    }
    for (const { template, found } of homes) {
      if (found.kind !== (kind === 'copy' ? 'copy' : 'signer')) {
        const wanted = kind === 'copy' ? 'Receives a Copy' : 'Needs to Sign';
        refuse(
          'esign.role-mismatch',
          `role "${role}" of ${describe(template)} must be of the kind "${wanted}"; change the template or the policy`,
        );
      }
      // DocuSign matches a recipient to a template role by name and order ("Developer FAQs - Templates").
      if (found.routingOrder !== undefined && found.routingOrder !== String(routingOrder)) {
        refuse(
          'esign.role-mismatch',
          `role "${role}" has signing order ${found.routingOrder} in ${describe(template)} but ${routingOrder} in the policy; make them equal`,
        );
      }
    }
  }
}

function checkRolesAreFilled(spec: EnvelopeSpec, template: TemplateShape): void {
  const filled = new Set(spec.recipients.map(({ role }) => roleOf(template, role)));
  const open = template.roles.find((role) => !role.named && !filled.has(role));
  if (open === undefined) return;
  const remedy = 'add a recipient with that role to the policy or remove the role from the template';
  refuse('esign.role-unfilled', `nobody fills role "${open.roleName}" of ${describe(template)}; ${remedy}`);
}

function checkTabsExist(spec: EnvelopeSpec, templates: readonly TemplateShape[]): void {
  const labels = new Set(templates.flatMap(({ roles }) => roles.flatMap(({ tabs }) => tabs.map(({ label }) => label))));
  const missing = Object.keys(spec.tabs).filter((label) => !labels.has(label));
  if (missing.length === 0) return;
  const which = missing.map((label) => `"${label}"`).join(', ');
  const where = templates.map(describe).join(' and ');
  refuse(
    'esign.tab-missing',
    `${where} has no field with the data label ${which}; add it to the template or correct the policy`,
  );
}

function describe(template: TemplateShape): string {
  return `template "${template.name.slice(0, 80)}"`;
}

function refuse(code: string, message: string): never {
  throw new HubError(code, message, { retry: 'never' });
}
