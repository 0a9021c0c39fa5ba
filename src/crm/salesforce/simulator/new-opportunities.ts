import type { NewContact, NewOpportunity } from './new-opportunity.ts';
import type { Org } from './org.ts';
import type { People } from './people.ts';
import { isGone, type Row, textOf } from './tables.ts';

const DAY_MS = 86_400_000;

export interface NewOpportunities {
  create(opportunity: NewOpportunity): Row;
  addContact(opportunity: Row, contact: NewContact): void;
}

/** Makes opportunities the way a person does who fills in the form. */
export function createNewOpportunities(org: Org, people: People): NewOpportunities {
  const { schema, tables, stages, clock, transactions } = org;
  const save = (type: string, input: Record<string, unknown>) =>
    org.create(schema.object(type), input, people.person());

  function liveBy(type: string, field: string, wanted: string): Row | undefined {
    const same = (row: Row) => textOf(row, field).toLowerCase() === wanted.toLowerCase();
    return tables.all(type).find((row) => !isGone(row) && same(row));
  }

  const addContact: NewOpportunities['addContact'] = (opportunity, input) => {
    const { email, firstName, lastName, roles = [], isPrimary = false } = input;
    transactions.run(people.person(), () => {
      const contact =
        liveBy('Contact', 'Email', email) ??
        save('Contact', {
          Email: email,
          FirstName: firstName ?? null,
          // The one part of a name that every contact has.
          LastName: lastName ?? email.replace(/@.*/, ''),
          AccountId: opportunity.fields['AccountId'] ?? null,
        });
      for (const [index, role] of (roles.length === 0 ? [null] : roles).entries()) {
        save('OpportunityContactRole', {
          OpportunityId: opportunity.id,
          ContactId: contact.id,
          Role: role,
          IsPrimary: isPrimary && index === 0,
        });
      }
    });
  };

  function addLineItem(opportunity: Row, { name, quantity, price }: { name: string; quantity: number; price: number }) {
    const product = liveBy('Product2', 'Name', name) ?? save('Product2', { Name: name, IsActive: true });
    const fields = { OpportunityId: opportunity.id, Product2Id: product.id, Quantity: quantity, UnitPrice: price };
    save('OpportunityLineItem', fields);
  }

  return {
    addContact,
    create(input) {
      const first = stages.list().find(({ isActive }) => isActive)?.apiName ?? '';
      const person = people.person();
      const closeDate = new Date(clock.nowMs() + 45 * DAY_MS).toISOString().slice(0, 10);
      const { multiCurrency, recordTypes } = org.switches.get();
      if (input.recordTypeId !== undefined && !recordTypes) {
        throw new Error('The org has no record types (switch recordTypes).');
      }
      const fields = {
        Name: input.name,
        StageName: stages.named(input.stage ?? first).apiName,
        CloseDate: input.closeDate ?? closeDate,
        OwnerId: input.ownerEmail === undefined ? person.userId : people.named(input.ownerEmail).id,
        ...(input.amount === undefined ? {} : { Amount: input.amount }),
        ...(multiCurrency ? { CurrencyIsoCode: input.currency ?? 'USD' } : {}),
        ...(input.recordTypeId === undefined ? {} : { RecordTypeId: input.recordTypeId }),
        ...input.fields,
      };
      return transactions.run(
        person,
        () => {
          const { account } = input;
          const accountId =
            account === undefined
              ? undefined
              : (liveBy('Account', 'Name', account.name) ?? save('Account', { Name: account.name })).id;
          const opportunity = save(
            'Opportunity',
            accountId === undefined ? fields : { ...fields, AccountId: accountId },
          );
          for (const contact of input.contacts ?? []) addContact(opportunity, contact);
          for (const item of input.lineItems ?? []) addLineItem(opportunity, item);
          return opportunity;
        },
        input.createdAtMs,
      );
    },
  };
}
