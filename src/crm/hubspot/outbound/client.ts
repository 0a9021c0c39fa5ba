import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import * as owners from '@hubspot/api-client/lib/codegen/crm/owners/index.js';
import * as pipelines from '@hubspot/api-client/lib/codegen/crm/pipelines/index.js';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import type { HubSpotHttp } from './http.ts';

/**
 * The parts of @hubspot/api-client that are used, and the only file that knows where in the package they lie:
 * the package's root would bundle to ten times the size.
 */
export interface HubSpotClient {
  readonly objects: objects.BasicApi;
  readonly batches: objects.BatchApi;
  readonly search: objects.SearchApi;
  readonly associations: associations.BasicApi;
  readonly owners: owners.OwnersApi;
  readonly pipelines: pipelines.PipelinesApi;
  readonly properties: properties.CoreApi;
  readonly propertyGroups: properties.GroupsApi;
}

type SearchRequest = Parameters<objects.SearchApi['doSearch']>[1];

/** What a search asks, as the API takes it. */
export interface Search {
  /** All must hold. */
  readonly filters: readonly {
    readonly propertyName: string;
    readonly operator: 'GTE' | 'LT' | 'GT' | 'EQ' | 'CONTAINS_TOKEN';
    readonly value: string;
  }[];
  /** Ascending. */
  readonly sortBy?: string;
  readonly properties: readonly string[];
  readonly limit: number;
}

/** The package's own enum and its `sorts: string[]` say less than the API takes (HubSpot, "Search the CRM"). */
export function searchRequest(search: Search): SearchRequest {
  const request = {
    filterGroups: [{ filters: search.filters }],
    properties: search.properties,
    limit: search.limit,
    ...(search.sortBy === undefined ? {} : { sorts: [{ propertyName: search.sortBy, direction: 'ASCENDING' }] }),
  };
  return request as unknown as SearchRequest;
}

/** Links of a new task or note to the deal it is about. */
export function toDeal(dealId: string, associationTypeId: number): objects.PublicAssociationsForObject[] {
  const associationCategory = objects.AssociationSpecAssociationCategoryEnum.HubspotDefined;
  return [{ to: { id: dealId }, types: [{ associationCategory, associationTypeId }] }];
}

/** Definition of a property that holds one line of text. */
export function textProperty(definition: {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly groupName: string;
}): properties.PropertyCreate {
  const type = properties.PropertyCreateTypeEnum.String;
  const fieldType = properties.PropertyCreateFieldTypeEnum.Text;
  return { ...definition, type, fieldType };
}

/** What the package asks of its transport: each of its parts declares this anew. */
interface SdkRequest {
  getUrl(): string;
  getHttpMethod(): string;
  getHeaders(): Record<string, string>;
  getBody(): unknown;
}

interface SdkReply {
  readonly httpStatusCode: number;
  readonly headers: Record<string, string>;
  readonly body: { text(): Promise<string>; binary(): Promise<Buffer> };
}

/** The package builds requests and reads replies; sending, time-outs, tokens and errors are `http`'s. It retries nothing. */
export function createClient(http: HubSpotHttp): HubSpotClient {
  const { baseUrl } = http;
  const send = async (request: SdkRequest): Promise<SdkReply> => {
    const body = request.getBody();
    const reply = await http.send({
      method: request.getHttpMethod(),
      url: request.getUrl(),
      headers: request.getHeaders(),
      ...(typeof body === 'string' ? { body } : {}),
    });
    return {
      httpStatusCode: reply.status,
      headers: { 'content-type': 'application/json' },
      body: { text: async () => reply.text, binary: async () => Buffer.from(reply.text) },
    };
  };
  const objectsSetup = objects.createConfiguration({
    baseServer: new objects.ServerConfiguration(baseUrl, {}),
    httpApi: objects.wrapHttpLibrary({
      send: async (request) => asReply(objects.ResponseContext, await send(request)),
    }),
  });
  const associationsSetup = associations.createConfiguration({
    baseServer: new associations.ServerConfiguration(baseUrl, {}),
    httpApi: associations.wrapHttpLibrary({
      send: async (request) => asReply(associations.ResponseContext, await send(request)),
    }),
  });
  const ownersSetup = owners.createConfiguration({
    baseServer: new owners.ServerConfiguration(baseUrl, {}),
    httpApi: owners.wrapHttpLibrary({ send: async (request) => asReply(owners.ResponseContext, await send(request)) }),
  });
  const pipelinesSetup = pipelines.createConfiguration({
    baseServer: new pipelines.ServerConfiguration(baseUrl, {}),
    httpApi: pipelines.wrapHttpLibrary({
      send: async (request) => asReply(pipelines.ResponseContext, await send(request)),
    }),
  });
  const propertiesSetup = properties.createConfiguration({
    baseServer: new properties.ServerConfiguration(baseUrl, {}),
    httpApi: properties.wrapHttpLibrary({
      send: async (request) => asReply(properties.ResponseContext, await send(request)),
    }),
  });
  return {
    objects: new objects.BasicApi(objectsSetup),
    batches: new objects.BatchApi(objectsSetup),
    search: new objects.SearchApi(objectsSetup),
    associations: new associations.BasicApi(associationsSetup),
    owners: new owners.OwnersApi(ownersSetup),
    pipelines: new pipelines.PipelinesApi(pipelinesSetup),
    properties: new properties.CoreApi(propertiesSetup),
    propertyGroups: new properties.GroupsApi(propertiesSetup),
  };
}

type ReplyClass<T> = new (status: number, headers: Record<string, string>, body: SdkReply['body']) => T;

function asReply<T>(replyClass: ReplyClass<T>, reply: SdkReply): T {
  return new replyClass(reply.httpStatusCode, reply.headers, reply.body);
}
