import { type Repository, reachedFrom } from '../imports.ts';
import { isProviderSdk, partOf, providersOf } from './providers.ts';
import { checkImports, isTest, productionFiles, type Rule } from './rule.ts';

/** Parts of a provider; a trailing slash means a folder with at least one file. */
const PARTS = [
  'signature.ts',
  'payloads.ts',
  'mapping.ts',
  'settings.ts',
  'inbound/door.ts',
  'inbound/parser.ts',
  'outbound/',
  'simulator/',
];

/** What only a CRM brings along: files that set it up, so that nobody has to read how. */
const CRM_PARTS = ['setup/setup.ts'];

/** The only places outside a provider's folder that may say its name. */
const REGISTRIES = [
  'src/crm/provider-names.ts',
  'src/crm/adapters.ts',
  'src/crm/setups.ts',
  'src/esign/adapters.ts',
  'src/webhooks/doors.ts',
  'src/webhooks/parsers.ts',
  'src/config/provider-settings.ts',
];

function maySayNames(path: string): boolean {
  return REGISTRIES.includes(path) || /^src\/local\/(?:(?:sandbox|play)\/.+|[^/]+)\.ts$/.test(path);
}

/** Properties of one CRM that are called after another one. */
const FOREIGN_PROPERTIES = /\b(?:hs_salesforce\w*|salesforce(?:contact|account)id)\b/g;

export const providerShape: Rule = {
  name: 'every provider has the same parts under the same names',
  check: (repository) =>
    providersOf(repository).flatMap(({ folder, files }) =>
      [...PARTS, ...(folder.startsWith('src/crm/') ? CRM_PARTS : [])]
        .filter(
          (part) =>
            !files.some(({ path }) =>
              part.endsWith('/') ? path.startsWith(`${folder}/${part}`) && !isTest(path) : path === `${folder}/${part}`,
            ),
        )
        .map((part) => `${folder} has no ${part}`),
    ),
  example: {
    sources: {
      'src/crm/acme/signature.ts': '',
      'src/crm/acme/payloads.ts': '',
      'src/crm/acme/mapping.ts': '',
      'src/crm/acme/settings.ts': '',
      'src/crm/acme/inbound/door.ts': '',
      'src/crm/acme/outbound/client.test.ts': '',
      'src/crm/acme/simulator/simulator.ts': '',
      'src/esign/acme/signature.ts': '',
      'src/esign/acme/payloads.ts': '',
      'src/esign/acme/mapping.ts': '',
      'src/esign/acme/settings.ts': '',
      'src/esign/acme/inbound/door.ts': '',
      'src/esign/acme/inbound/parser.ts': '',
      'src/esign/acme/outbound/client.ts': '',
    },
    says: [
      'src/crm/acme has no inbound/parser.ts',
      'src/crm/acme has no outbound/',
      'src/crm/acme has no setup/setup.ts',
      'src/esign/acme has no simulator/',
    ],
  },
};

/** Files that only tests import, and that help them: the real SDK is the best client that a simulator can be tested with. */
function helpsTests(repository: Repository, path: string): boolean {
  if (partOf(path)?.part !== 'simulator') return false;
  const importers = [...repository.values()].filter(({ imports }) => imports.some(({ target }) => target === path));
  return importers.every((importer) => isTest(importer.path));
}

export const onlyOutboundImportsSdk: Rule = {
  name: "only a provider's outbound imports its SDK",
  check: (repository) =>
    checkImports(productionFiles(repository, 'src', 'functions'), (file, target, { isFile }) =>
      !isFile && isProviderSdk(target) && partOf(file.path)?.part !== 'outbound' && !helpsTests(repository, file.path)
        ? 'the SDK belongs into outbound/'
        : undefined,
    ),
  example: {
    sources: {
      'src/crm/acme/outbound/client.ts': "import { Client } from '@hubspot/api-client';",
      'src/crm/acme/mapping.ts': "import type { Deal } from '@hubspot/api-client/lib/codegen/crm/deals';",
      'src/crm/acme/simulator/stand.ts': "import { Client } from '@hubspot/api-client';",
      'src/crm/acme/simulator/deals.test.ts': "import './stand.ts';",
      'src/crm/acme/simulator/deals.ts': "import { Client } from '@hubspot/api-client';",
      'src/crm/acme/simulator/simulator.ts': "import './deals.ts';",
      'src/flows/send.ts': "import sdk from 'docusign-esign';",
    },
    says: [
      'src/crm/acme/mapping.ts imports @hubspot/api-client/lib/codegen/crm/deals: the SDK belongs into outbound/',
      'src/crm/acme/simulator/deals.ts imports @hubspot/api-client: the SDK belongs into outbound/',
      'src/flows/send.ts imports docusign-esign: the SDK belongs into outbound/',
    ],
  },
};

export const inboundReachesNoSdk: Rule = {
  name: "a provider's inbound reaches no SDK, over no number of steps",
  check: (repository) =>
    productionFiles(repository, 'src').flatMap(({ path }) => {
      if (partOf(path)?.part !== 'inbound') return [];
      return [...reachedFrom(repository, path)]
        .filter(([target]) => isProviderSdk(target))
        .map(([target, way]) => `${path} reaches ${target}: ${way}`);
    }),
  example: {
    sources: {
      'src/crm/acme/inbound/door.ts': "import { verify } from '../signature.ts';",
      'src/crm/acme/signature.ts': "import { x } from './outbound/client.ts';",
      'src/crm/acme/outbound/client.ts': "import { Client } from '@hubspot/api-client';",
      'src/crm/acme/inbound/parser.ts': "import type { Client } from '@hubspot/api-client';",
    },
    says: [
      'src/crm/acme/inbound/door.ts reaches @hubspot/api-client: src/crm/acme/inbound/door.ts > src/crm/acme/signature.ts > src/crm/acme/outbound/client.ts > @hubspot/api-client',
    ],
  },
};

export const doorReachesNoSchemaLibrary: Rule = {
  name: "a provider's door reaches no package at all: it starts cold",
  check: (repository) =>
    productionFiles(repository, 'src').flatMap(({ path }) => {
      if (!/\/inbound\/door\.ts$/.test(path)) return [];
      return [...reachedFrom(repository, path)]
        .filter(([target]) => !repository.has(target) && !target.startsWith('node:'))
        .map(([target, way]) => `${path} reaches ${target}: ${way}`);
    }),
  example: {
    sources: {
      'src/crm/acme/inbound/door.ts': "import '../payloads.ts';\nimport { timingSafeEqual } from 'node:crypto';",
      'src/crm/acme/payloads.ts': "import * as z from 'zod';",
    },
    says: ['src/crm/acme/inbound/door.ts reaches zod: src/crm/acme/inbound/door.ts > src/crm/acme/payloads.ts > zod'],
  },
};

export const namesStayInside: Rule = {
  name: "nothing outside a provider's folder says its name, except the registries",
  check: (repository) => {
    const providers = providersOf(repository);
    return productionFiles(repository, 'src', 'functions').flatMap((file) => {
      if (maySayNames(file.path)) return [];
      const own = partOf(file.path)?.folder;
      const names = providers.filter(({ folder }) => folder !== own).map(({ name }) => name);
      if (names.length === 0) return [];
      const pattern = new RegExp(names.join('|'), 'i');
      const found: string[] = [];
      file.code.split('\n').forEach((text, index) => {
        const name = pattern.exec(text.replace(FOREIGN_PROPERTIES, ''))?.[0];
        if (name !== undefined) found.push(`${file.path}:${index + 1} names ${name} in code`);
      });
      for (const { text, line } of file.strings) {
        const name = pattern.exec(text.replace(FOREIGN_PROPERTIES, ''))?.[0];
        if (name !== undefined) found.push(`${file.path}:${line} names ${name} in a text`);
      }
      return found;
    });
  },
  example: {
    sources: {
      'src/crm/acme/settings.ts': "export const provider = 'acme'; // not globex",
      'src/esign/globex/settings.ts': "export const other = 'acme';",
      'src/crm/adapters.ts': "import { acmeSettings } from './acme/settings.ts';",
      'src/local/sandbox/acme.ts': "import { acmeSettings } from '../../crm/acme/settings.ts';",
      'src/flows/send.ts': "// as Acme does\nconst isGlobex = true;\nif (provider === 'Acme') retry();",
    },
    says: [
      'src/esign/globex/settings.ts:1 names acme in a text',
      'src/flows/send.ts:2 names Globex in code',
      'src/flows/send.ts:3 names Acme in a text',
    ],
  },
};

const ADAPTER_BELIEFS = ['mapping', 'outbound', 'payloads', 'inbound'];

export const simulatorIsAStranger: Rule = {
  name: 'a simulator and the adapter that it tests share no belief',
  check: (repository) =>
    checkImports([...repository.values()], (file, target) => {
      const from = partOf(file.path);
      const to = partOf(target);
      if (from === undefined || to === undefined || from.folder !== to.folder) return undefined;
      if (from.part === 'simulator' && ADAPTER_BELIEFS.includes(to.part)) return `that is the adapter's ${to.part}`;
      if (from.part !== 'simulator' && to.part === 'simulator') return 'that is the simulator';
      return undefined;
    }),
  example: {
    sources: {
      'src/crm/acme/simulator/deals.ts':
        "import { toDeal } from '../mapping.ts';\nimport { sign } from '../signature.ts';",
      'src/crm/acme/simulator/deals.test.ts': "import type { Payload } from '../payloads.ts';",
      'src/crm/acme/outbound/client.ts': "import { seed } from '../simulator/seed.ts';",
      'test/conformance/acme.test.ts': "import { seed } from '../../src/crm/acme/simulator/seed.ts';",
    },
    says: [
      "src/crm/acme/simulator/deals.ts imports ../mapping.ts: that is the adapter's mapping",
      "src/crm/acme/simulator/deals.test.ts imports ../payloads.ts: that is the adapter's payloads",
      'src/crm/acme/outbound/client.ts imports ../simulator/seed.ts: that is the simulator',
    ],
  },
};
