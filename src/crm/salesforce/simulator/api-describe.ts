import { baseOf, objectAt, type Route } from './api-types.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { type IdKind, PREFIXES } from './ids.ts';
import type { Org } from './org.ts';

/** Types as SOAP names them, where they differ. */
const SOAP_TYPES: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  base64: 'xsd:base64Binary',
};

/** What the org says about its objects. */
export function describeRoutes(org: Org): readonly Route[] {
  return [
    {
      method: 'GET',
      path: /^\/sobjects\/?$/,
      handle: (request) => ({
        status: 200,
        body: {
          encoding: 'UTF-8',
          maxBatchSize: 200,
          sobjects: org.schema.objects().map((object) => summary(object, baseOf(request))),
        },
      }),
    },
    {
      method: 'GET',
      path: /^\/sobjects\/([^/]+)\/?$/,
      handle: (request, [name = '']) => ({
        status: 200,
        body: { objectDescribe: summary(objectAt(org, name), baseOf(request)), recentItems: [] },
      }),
    },
    {
      method: 'GET',
      path: /^\/sobjects\/([^/]+)\/describe\/?$/,
      handle(request, [name = '']) {
        const object = objectAt(org, name);
        return {
          status: 200,
          body: {
            ...summary(object, baseOf(request)),
            fields: object.fields.map((field) => described(org, object, field)),
            childRelationships: org.schema.childrenOf(object.name).map((child) => ({
              childSObject: child.object,
              field: child.field,
              relationshipName: child.name,
            })),
            recordTypeInfos: [],
          },
        };
      },
    },
  ];
}

function summary(object: ObjectDefinition, base: string) {
  const url = `${base}/sobjects/${object.name}`;
  return {
    name: object.name,
    label: object.label,
    labelPlural: object.labelPlural,
    keyPrefix: PREFIXES[object.name as IdKind],
    custom: false,
    createable: object.createable,
    updateable: object.updateable,
    deletable: object.deletable,
    queryable: true,
    retrieveable: true,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
  };
}

function described(org: Org, object: ObjectDefinition, field: FieldDefinition) {
  const isLong = field.type === 'base64' || (field.type === 'textarea' && field.length > 255);
  return {
    name: field.name,
    label: field.label,
    type: field.type,
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    length: field.length,
    nillable: !field.required && field.type !== 'boolean',
    createable: field.createable && object.createable,
    updateable: field.updateable && object.updateable,
    custom: field.custom,
    unique: field.unique,
    externalId: field.externalId,
    idLookup: field.externalId || field.name === 'Id',
    caseSensitive: false,
    filterable: !isLong,
    sortable: !isLong,
    calculated: false,
    defaultedOnCreate: field.defaultValue !== null || field.name === 'OwnerId',
    restrictedPicklist: field.name === 'StageName' && org.switches.get().restrictedStages,
    referenceTo: field.refersTo,
    relationshipName: field.relationship ?? null,
    picklistValues: picklist(org, field),
  };
}

function picklist(org: Org, field: FieldDefinition) {
  const value = (each: string, label: string, active: boolean) => ({
    value: each,
    label,
    active,
    defaultValue: false,
    validFor: null,
  });
  if (field.name === 'StageName') {
    return org.stages.list().map(({ apiName, label, isActive }) => value(apiName, label, isActive));
  }
  return field.picklist.map((each) => value(each, each, true));
}
