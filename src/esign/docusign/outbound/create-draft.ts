import { HubError, isHubError } from '../../../domain/errors.ts';
import type { EnvelopeSpec } from '../../esign-port.ts';
import { createdEnvelopePayload } from '../payloads.ts';
import { checkSpec } from './check-spec.ts';
import type { DocuSignClient } from './client.ts';
import { envelopeDefinition } from './envelope-definition.ts';
import { readTemplateShape, type TemplateShape } from './template-shape.ts';

/**
 * Reads the templates, refuses what does not fit them, and creates the draft. The create call carries `transactionId`,
 * which is a look-up key only: whether DocuSign refuses a second create with it is not documented.
 */
export async function createDraft(
  client: DocuSignClient,
  accountId: string,
  spec: EnvelopeSpec,
): Promise<{ readonly envelopeId: string }> {
  const templates = await readTemplates(client, accountId, spec);
  checkSpec(spec, templates);
  const definition = envelopeDefinition(spec, templates);
  const answer = await client.envelopes
    .createEnvelope(accountId, { envelopeDefinition: definition })
    .catch((error: unknown) => {
      throw withAnchors(error, definition);
    });
  const created = createdEnvelopePayload.safeParse(answer);
  if (created.success) return { envelopeId: created.data.envelopeId.toLowerCase() };
  throw new HubError(
    'esign.answer-unexpected',
    'DocuSign accepted the draft but named no envelope; it is looked up by its attempt key',
    { retry: { afterMs: 30_000 }, done: 'unknown' },
  );
}

async function readTemplates(
  client: DocuSignClient,
  accountId: string,
  spec: EnvelopeSpec,
): Promise<readonly TemplateShape[]> {
  const ids = new Set(spec.documents.flatMap(({ source }) => ('template' in source ? [source.template] : [])));
  return Promise.all(
    [...ids].map(async (templateId) => {
      try {
        return readTemplateShape(templateId, await client.templates.get(accountId, templateId, { include: 'tabs' }));
      } catch (error) {
        if (!isHubError(error, 'esign.not-found') && !isHubError(error, 'esign.refused')) throw error;
        const remedy = 'correct the template id in the policy or share the template with the user of the connection';
        throw new HubError('esign.template-missing', `DocuSign has no template ${templateId}; ${remedy}`, {
          retry: 'never',
          cause: error,
        });
      }
    }),
  );
}

/** Says which anchor is missing: the one that DocuSign names, else all that must be there. */
function withAnchors(error: unknown, definition: object): unknown {
  if (!isHubError(error, 'esign.anchor-missing')) return error;
  const required = requiredAnchors(definition);
  const named = required.filter((anchor) => error.message.includes(anchor));
  const list = [...new Set(named.length > 0 ? named : required)].join(', ');
  const message = `a PDF lacks the anchor text ${list}; put it where the signature or value belongs and apply the configuration again`;
  return new HubError('esign.anchor-missing', message, { retry: 'never', context: error.context, cause: error });
}

function requiredAnchors(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'anchorString' in value && 'anchorIgnoreIfNotPresent' in value && value.anchorIgnoreIfNotPresent === 'false'
      ? [String(value.anchorString)]
      : [];
  return [...own, ...Object.values(value).flatMap(requiredAnchors)];
}
