import type { CrmPort } from '../../src/crm/crm-port.ts';
import { createHubSpotCrm, type HubSpotCrmDeps } from '../../src/crm/hubspot/outbound/crm.ts';
import type { ConnectionPolicy } from '../../src/domain/policies.ts';
import { type ScriptedRequest, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** 2026-11-23T09:00:00.000Z */
export const NOW_MS = 1_795_424_400_000;

export interface ScriptedHubSpot extends ScriptedServer {
  readonly crm: CrmPort;
  readonly clock: { nowMs(): number; advance(ms: number): void };
}

/** The HubSpot adapter in front of a scripted server; by default with the token of a private app. */
export async function startScriptedHubSpot(
  options: Partial<Pick<HubSpotCrmDeps, 'readSecret' | 'requestTimeoutMs' | 'fetch'>> & {
    readonly settings?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<ScriptedHubSpot> {
  const server = await startScriptedServer();
  let nowMs = NOW_MS;
  const clock = {
    nowMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
  };
  const { settings, ...rest } = options;
  const crm = createHubSpotCrm({
    connection: hubspotConnection({ portalId: 24681012, baseUrl: server.url, ...settings }),
    readSecret: async () => ({ signingKeys: ['key'], accessToken: 'pat-na1-test' }),
    clock,
    requestTimeoutMs: 2_000,
    ...rest,
  });
  return {
    ...server,
    crm,
    clock,
    async stop() {
      await server.stop();
      // Every request of every test, so that a new one cannot go out without what HubSpot asks of all of them.
      const wrong = server.requests.flatMap(headerFaults);
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    },
  };
}

/** A grant is asked for with a form and no token; everything else carries a token, and says which form its body has. */
function headerFaults({ method, path, headers, body }: ScriptedRequest): readonly string[] {
  const isGrant = path.startsWith('/oauth/');
  const type = headers['content-type'];
  const wantedType = isGrant
    ? /^application\/x-www-form-urlencoded/
    : path.startsWith('/files/')
      ? /^multipart\/form-data; boundary=/
      : /^application\/json/;
  const faults = [
    ...(isGrant === (headers.authorization === undefined) ? [] : ['authorization']),
    ...(isGrant || /^Bearer \S+$/.test(String(headers.authorization)) ? [] : ['authorization']),
    ...(body === undefined || wantedType.test(String(type)) ? [] : ['content-type']),
    ...(headers['accept'] === undefined ? ['accept'] : []),
  ];
  return faults.map((name) => `${method} ${path}: header ${name} is ${String(headers[name])}`);
}

export function hubspotConnection(settings: Readonly<Record<string, unknown>>): ConnectionPolicy {
  return { id: 'hubspot-main', provider: 'hubspot', role: 'crm', mode: 'live', effectsFromMs: 0, settings };
}
