import type { CrmPort } from '../../src/crm/crm-port.ts';
import { createHubSpotCrm, type HubSpotCrmDeps } from '../../src/crm/hubspot/outbound/crm.ts';
import type { ConnectionPolicy } from '../../src/domain/policies.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

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
  return { ...server, crm, clock };
}

export function hubspotConnection(settings: Readonly<Record<string, unknown>>): ConnectionPolicy {
  return { id: 'hubspot-main', provider: 'hubspot', role: 'crm', mode: 'live', effectsFromMs: 0, settings };
}
