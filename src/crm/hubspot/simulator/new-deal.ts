import type { ObjectType, StoredObject } from './model.ts';
import { PERSON } from './person.ts';
import type { Portal } from './portal.ts';
import { ENTERPRISE_PIPELINE_ID } from './seed.ts';

export interface ContactInput {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** Labels between deal and contact, e.g. `Contract signer`. */
  readonly labels?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

export interface NewDeal {
  readonly name: string;
  readonly amount?: string | number | undefined;
  /** ISO 4217, default USD. */
  readonly currency?: string | undefined;
  /** Id or label; default the Enterprise pipeline. */
  readonly pipeline?: string | undefined;
  /** Id or label; default the pipeline's first stage. */
  readonly stage?: string | undefined;
  readonly closeDate?: string | undefined;
  readonly ownerEmail?: string | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly company?: Readonly<Record<string, string>> | undefined;
  readonly contacts?: readonly ContactInput[] | undefined;
  readonly lineItems?:
    | readonly { name: string; quantity: number; price: number; sku?: string | undefined }[]
    | undefined;
  /** Backdates creation and first stage. */
  readonly createdAtMs?: number | undefined;
}

export interface NewDeals {
  create(deal: NewDeal): StoredObject;
  addContact(deal: StoredObject, contact: ContactInput): void;
  stageOf(stage: string, pipelineId: string | undefined): { pipelineId: string; stageId: string };
}

/** Makes deals the way a person does who fills in the form. */
export function createDeals(portal: Portal): NewDeals {
  const { objects, associations, labels, owners, pipelines } = portal;

  function pipelineOf(wanted: string): string {
    const found = pipelines.list().find((each) => each.id === wanted || each.label === wanted);
    if (found !== undefined) return found.id;
    const names = pipelines.list().map((each) => `${each.label} (${each.id})`);
    throw new Error(`There is no pipeline "${wanted}". The portal has: ${names.join(', ')}.`);
  }

  const stageOf: NewDeals['stageOf'] = (wanted, pipelineId) => {
    const all = pipelines.list();
    const own = all.find((each) => each.id === pipelineId);
    const isStage = (stage: { id: string; label: string }) =>
      stage.id === wanted || stage.label.toLowerCase() === wanted.toLowerCase();
    for (const pipeline of own === undefined ? all : [own]) {
      const stage = pipeline.stages.find(isStage);
      if (stage !== undefined) return { pipelineId: pipeline.id, stageId: stage.id };
    }
    const elsewhere = all.find((each) => each.stages.some((stage) => stage.id === wanted));
    if (elsewhere !== undefined) return { pipelineId: elsewhere.id, stageId: wanted };
    const names = (own === undefined ? all : [own]).flatMap((each) => each.stages.map((stage) => stage.label));
    throw new Error(`There is no stage "${wanted}". The pipeline has: ${names.join(', ')}.`);
  };

  function ownerId(email: string): string {
    const owner = owners.list().find((each) => each.email === email);
    if (owner !== undefined) return owner.id;
    const emails = owners.list().map((each) => each.email);
    throw new Error(`There is no owner ${email}. The portal has: ${emails.join(', ')}.`);
  }

  function linkNew(deal: StoredObject, type: ObjectType, properties: Readonly<Record<string, string>>): void {
    associations.connect(deal, objects.create(type, properties, PERSON), 'default', PERSON);
  }

  function labelTypes(input: ContactInput) {
    const known = labels.list('deals', 'contacts');
    return (input.labels ?? []).map((wanted) => {
      const type = known.find((each) => each.label?.toLowerCase() === wanted.toLowerCase());
      if (type !== undefined) return type;
      const names = known.flatMap((each) => (each.label === null ? [] : [each.label]));
      throw new Error(`There is no label "${wanted}" between deals and contacts. The portal has: ${names.join(', ')}.`);
    });
  }

  const addContact: NewDeals['addContact'] = (deal, input) => {
    const specs = labelTypes(input);
    const contact =
      objects.findByUnique('contacts', 'email', input.email) ??
      objects.create(
        'contacts',
        {
          email: input.email,
          firstname: input.firstName ?? '',
          lastname: input.lastName ?? '',
          ...input.properties,
        },
        PERSON,
      );
    associations.connect(deal, contact, specs, PERSON);
  };

  return {
    stageOf,
    addContact,
    create(input) {
      const pipelineId = pipelineOf(input.pipeline ?? ENTERPRISE_PIPELINE_ID);
      const first = pipelines.find(pipelineId)?.stages[0]?.id ?? '';
      const target = stageOf(input.stage ?? first, pipelineId);
      const properties: Record<string, string> = {
        dealname: input.name,
        pipeline: target.pipelineId,
        dealstage: target.stageId,
        deal_currency_code: input.currency ?? 'USD',
        ...input.properties,
      };
      if (input.amount !== undefined) properties.amount = String(input.amount);
      if (input.closeDate !== undefined) properties.closedate = input.closeDate;
      if (input.ownerEmail !== undefined) properties.hubspot_owner_id = ownerId(input.ownerEmail);
      for (const contact of input.contacts ?? []) labelTypes(contact);
      const deal = objects.create('deals', properties, PERSON, input.createdAtMs);
      if (input.company !== undefined) linkNew(deal, 'companies', input.company);
      for (const contact of input.contacts ?? []) addContact(deal, contact);
      for (const { name, quantity, price, sku } of input.lineItems ?? []) {
        linkNew(deal, 'line_items', { name, quantity: String(quantity), price: String(price), hs_sku: sku ?? '' });
      }
      return deal;
    },
  };
}
