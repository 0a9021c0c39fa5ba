import type { CrmPort } from '../../src/crm/crm-port.ts';
import { createSalesforceCrm, type SalesforceCrmDeps } from '../../src/crm/salesforce/outbound/crm.ts';
import type { ConnectionPolicy } from '../../src/domain/policies.ts';
import {
  type ScriptedReply,
  type ScriptedRequest,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

/** 2026-11-23T09:00:00.000Z */
export const NOW_MS = 1_795_424_400_000;

export const ORG_ID = '00D5g000004AbCdEAK';
/** An opportunity. */
export const OPPORTUNITY_ID = '0065g00000AbCdEAAV';

export const TOKEN = 'POST /services/oauth2/token';
const API = '/services/data/v66.0';

/** Requests as the script names them. */
export const request = {
  query: (soql: string) => `GET ${API}/query?q=${soql}`,
  queryAll: (soql: string) => `GET ${API}/queryAll?q=${soql}`,
  describe: (type: string) => `GET ${API}/sobjects/${type}/describe`,
  create: (type: string) => `POST ${API}/sobjects/${type}`,
  update: (type: string, id: string) => `PATCH ${API}/sobjects/${type}/${id}`,
  remove: (type: string, id: string) => `DELETE ${API}/sobjects/${type}/${id}`,
} as const;

/** The reply to a query that found these records, all on one page. */
export function records(...found: object[]): ScriptedReply {
  return { body: { totalSize: found.length, done: true, records: found } };
}

/** The reply of an error, as the REST API words it. */
export function refusal(status: number, errorCode: string, message: string, fields: readonly string[] = []) {
  return { status, body: [{ message, errorCode, fields }] } satisfies ScriptedReply;
}

/** The description of a record type that has these fields. */
export function described(...fields: (string | object)[]): ScriptedReply {
  return {
    body: {
      fields: fields.map((field) => (typeof field === 'string' ? { name: field, unique: false } : field)),
      childRelationships: [
        { relationshipName: null },
        { relationshipName: 'OpportunityContactRoles' },
        { relationshipName: 'OpportunityLineItems' },
      ],
    },
  };
}

export interface ScriptedSalesforce extends ScriptedServer {
  readonly crm: CrmPort;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  /** What was asked of the API, without what was asked for tokens. */
  calls(): readonly string[];
}

/** The Salesforce adapter in front of a scripted server that gives a token; by default with client credentials. */
export async function startScriptedSalesforce(
  options: Partial<Pick<SalesforceCrmDeps, 'readSecret' | 'requestTimeoutMs' | 'fetch'>> & {
    readonly settings?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<ScriptedSalesforce> {
  const server = await startScriptedServer();
  let nowMs = NOW_MS;
  const clock = {
    nowMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
  };
  const { settings, ...rest } = options;
  const crm = createSalesforceCrm({
    connection: salesforceConnection({ orgId: ORG_ID, instanceUrl: server.url, ...settings }),
    readSecret: async () => ({ signingKeys: ['0123456789abcdef'], clientId: 'client', clientSecret: 's3cret' }),
    clock,
    requestTimeoutMs: 2_000,
    ...rest,
  });
  server.on(TOKEN, tokenReply(server, 'token-1'));
  return {
    ...server,
    crm,
    clock,
    calls: () => server.lines().filter((line) => line !== TOKEN),
    async stop() {
      await server.stop();
      // Every request of every test, so that a new one cannot go out without what Salesforce asks of all of them.
      const wrong = server.requests.flatMap(headerFaults);
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    },
  };
}

/** As the token endpoint gives it: no `expires_in`. */
export function tokenReply(server: { readonly url: string }, accessToken: string): ScriptedReply {
  return {
    body: {
      access_token: accessToken,
      signature: 'c2lnbmF0dXJl',
      scope: 'api',
      instance_url: server.url,
      id: `https://login.salesforce.com/id/${ORG_ID}/0055g00000FgHiJAAV`,
      token_type: 'Bearer',
      issued_at: '1795424400000',
    },
  };
}

/** A grant is asked for with a form and no token; everything else carries a token and names the hub as its origin. */
function headerFaults({ method, path, headers, body }: ScriptedRequest): readonly string[] {
  const isGrant = path === '/services/oauth2/token';
  const wantedType = isGrant ? /^application\/x-www-form-urlencoded/ : /^application\/json$/;
  const faults = [
    ...((isGrant ? headers.authorization === undefined : /^Bearer \S+$/.test(String(headers.authorization)))
      ? []
      : ['authorization']),
    ...(isGrant || headers['sforce-call-options'] === 'client=stagepost' ? [] : ['sforce-call-options']),
    ...(body === undefined || wantedType.test(String(headers['content-type'])) ? [] : ['content-type']),
    ...(headers['accept'] === 'application/json' ? [] : ['accept']),
  ];
  return faults.map((name) => `${method} ${path}: header ${name} is ${String(headers[name])}`);
}

export function salesforceConnection(settings: Readonly<Record<string, unknown>>): ConnectionPolicy {
  return { id: 'salesforce-main', provider: 'salesforce', role: 'crm', mode: 'live', effectsFromMs: 0, settings };
}
