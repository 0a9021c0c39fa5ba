import type { Records, SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { checkConnectUrl } from './envelope-settings.ts';
import { flag, type Loose, record, text, texts } from './loose.ts';
import type { ConnectTarget } from './state.ts';
import { invalidParameter, WireError } from './wire-error.ts';
import type { World } from './world.ts';

/** A Connect configuration of the whole account. */
export interface ConnectConfiguration {
  readonly connectId: string;
  readonly name: string;
  readonly allowEnvelopePublish: boolean;
  readonly pausePublish: boolean;
  readonly target: ConnectTarget;
}

export interface ConnectConfigurations {
  create(from: Loose): ConnectConfiguration;
  update(from: Loose): ConnectConfiguration;
  get(connectId: string): ConnectConfiguration;
  remove(connectId: string): void;
  list(): readonly ConnectConfiguration[];
}

/** "eSignature API rules and resource limits". */
const MOST_CONFIGURATIONS = 20;

/** A configuration as ConnectCustomConfiguration, all scalars as text. */
export function configurationView(configuration: ConnectConfiguration): Record<string, unknown> {
  const { target } = configuration;
  return {
    connectId: configuration.connectId,
    configurationType: 'custom',
    name: configuration.name,
    urlToPublishTo: target.url,
    allowEnvelopePublish: String(configuration.allowEnvelopePublish),
    pausePublish: String(configuration.pausePublish),
    allUsers: 'true',
    deliveryMode: 'SIM',
    events: target.events,
    eventData: { version: 'restv2.1', format: 'json', includeData: target.includeData },
    requiresAcknowledgement: String(target.requireAcknowledgment),
    includeHMAC: String(target.includeHmac),
  };
}

function read(connectId: string, from: Loose): ConnectConfiguration {
  const data = record(from.eventData);
  const url = text(from.urlToPublishTo);
  if (url === undefined) throw invalidParameter("Value for 'urlToPublishTo' must be specified.");
  if (text(data.version) !== 'restv2.1' || text(data.format)?.toLowerCase() === 'xml') {
    throw invalidParameter("The sandbox sends JSON only: 'eventData' must have version restv2.1 and format json.");
  }
  return {
    connectId,
    name: text(from.name) ?? 'Connect',
    allowEnvelopePublish: flag(from.allowEnvelopePublish),
    pausePublish: flag(from.pausePublish),
    target: {
      url: checkConnectUrl(url, 'urlToPublishTo'),
      events: texts(from.events),
      includeData: texts(data.includeData),
      includeHmac: flag(from.includeHMAC),
      // Spelled with one e more than in an envelope's eventNotification.
      requireAcknowledgment: flag(from.requiresAcknowledgement),
    },
  };
}

/** Connect configurations of the account; they survive a restart. Methods throw WireError (400) for what is wrong or missing. */
export function createConnectConfigurations(world: World, storage: SandboxStorage): ConnectConfigurations {
  const records: Records<ConnectConfiguration> = storage.records('docusign-connect');

  function get(connectId: string): ConnectConfiguration {
    const found = records.get(connectId);
    if (found !== undefined) return found;
    throw new WireError(400, 'CONNECT_CONFIGURATION_DOES_NOT_EXIST', 'The Connect configuration does not exist.');
  }

  return {
    create(from) {
      if (records.values().length >= MOST_CONFIGURATIONS) {
        throw invalidParameter('The account has 20 Connect configurations, which is the most it can have.');
      }
      const configuration = read(String(world.nextNumber('connect', 10_001)), from);
      records.set(configuration.connectId, configuration);
      return configuration;
    },
    update(from) {
      const before = get(text(from.connectId) ?? '');
      const configuration = read(before.connectId, { ...configurationView(before), ...from });
      records.set(configuration.connectId, configuration);
      return configuration;
    },
    get,
    remove(connectId) {
      get(connectId);
      records.delete(connectId);
    },
    list: () => records.values(),
  };
}
