import * as z from 'zod';
import { recordId18 } from './ids.ts';

/** Salesforce leaves empty fields out, or sends null; both mean the same. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));

/** Numbers, dates and truth values as text, as the hub keeps them; undefined for what is empty or not one value. */
const scalar = z
  .unknown()
  .optional()
  .transform((value) =>
    (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined,
  );

/** Always with 18 characters, however long it comes. */
const id = z
  .string()
  .transform((value) => recordId18(value))
  .pipe(z.string('must be a record id'));

/** `2026-11-23T10:00:00.000+0000` in ms. */
const time = z
  .string()
  .transform((value) => Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')))
  .pipe(z.number('must be a time'));

const truth = z
  .boolean()
  .nullish()
  .transform((value) => value === true);

/** Rows of a subquery; null where there are none. */
const rowsOf = <T extends z.ZodType>(row: T) =>
  z
    .object({ records: z.array(row).nullish() })
    .nullish()
    .transform((child) => child?.records ?? []);

export const userRow = z.object({ Id: id, Name: text, Email: text, IsActive: truth });

export const opportunityRow = z
  .object({
    Id: id,
    Name: text,
    StageName: text,
    Amount: scalar,
    CloseDate: text,
    CurrencyIsoCode: text,
    RecordTypeId: id.nullish(),
    AccountId: id.nullish(),
    Account: z.object({ Name: text }).nullish(),
    OwnerId: id.nullish(),
    Owner: z.object({ Name: text, Email: text, IsActive: truth }).nullish(),
    OpportunityContactRoles: rowsOf(
      z.object({
        ContactId: id.nullish(),
        Role: text,
        IsPrimary: truth,
        Contact: z.object({ Name: text, Email: text }).nullish(),
      }),
    ),
    OpportunityLineItems: rowsOf(
      z.object({
        Id: id,
        Name: text,
        Quantity: scalar,
        UnitPrice: scalar,
        Product2: z.object({ Name: text }).nullish(),
      }),
    ),
  })
  // Further fields, whose names only the configuration knows.
  .catchall(scalar);
export type OpportunityRow = z.infer<typeof opportunityRow>;

export const recycledRow = z.object({ IsDeleted: truth });

export const changedRow = z.object({ Id: id, SystemModstamp: time });

export const createdRow = z.object({ CreatedDate: time, StageName: text });

export const opportunityHistoryRow = z.object({ Id: id, StageName: text, CreatedDate: time });

export const fieldHistoryRow = z.object({
  Id: id,
  CreatedDate: time,
  OldValue: text,
  NewValue: text,
  Opportunity: z.object({ CreatedDate: time }).nullish(),
});

export const stageRow = z.object({ ApiName: text, MasterLabel: text, IsClosed: truth, IsActive: truth });

export const recordTypeRow = z.object({ Id: id, Name: text });

export const recordTypeOfRow = z.object({ RecordTypeId: id.nullish() });

export const taskRow = z.object({
  Id: id,
  Subject: text,
  Description: text,
  Status: text,
  IsClosed: truth,
  OwnerId: id.nullish(),
  ActivityDate: text,
  CreatedDate: time,
  LastModifiedDate: time,
  Stagepost_Key__c: text,
});
export type TaskRow = z.infer<typeof taskRow>;

export const documentLinkRow = z.object({
  ContentDocument: z
    .object({
      LatestPublishedVersionId: id.nullish(),
      LatestPublishedVersion: z.object({ Description: text }).nullish(),
    })
    .nullish(),
});

export const organizationRow = z.object({ Id: id });

/** `GET /sobjects/<type>/describe`, the part that is used. */
export const description = z.object({
  fields: z.array(
    z.object({
      name: z.string().min(1),
      unique: truth,
      picklistValues: z
        .array(z.object({ value: text, active: truth, defaultValue: truth }))
        .nullish()
        .transform((values) => values ?? []),
    }),
  ),
  childRelationships: z
    .array(z.object({ relationshipName: text }))
    .nullish()
    .transform((all) => all?.flatMap(({ relationshipName }) => relationshipName ?? [])),
});

/** `POST /sobjects/<type>`. */
export const savedRecord = z.object({ id });

/** `POST /services/oauth2/token`, the part that is used. No token tells when it ends. */
export const tokenReply = z.object({
  access_token: z.string().min(1),
  instance_url: z.string().min(1),
  /** URL of the user's identity; names the org. */
  id: z.string().optional().catch(undefined),
});

/** What the token endpoint says when it gives no token. */
export const grantRefusal = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

const toldError = z.object({
  errorCode: z.string().optional().catch(undefined),
  /** The name of the same inside the result of a save. */
  statusCode: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  fields: z.array(z.string()).optional().catch(undefined),
});

/** An error reply: a list of errors; where a save failed, its result with such a list; now and then one error alone. */
export const errorReply = z.union([
  z.array(toldError),
  z.object({ errors: z.array(toldError) }).transform(({ errors }) => errors),
  toldError.transform((error) => [error]),
]);
