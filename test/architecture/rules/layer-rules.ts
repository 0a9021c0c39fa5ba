import { reachedFrom } from '../imports.ts';
import { isProviderSdk, partOf } from './providers.ts';
import { checkImports, productionFiles, type Rule } from './rule.ts';

export const domainIsPure: Rule = {
  name: 'the domain imports zod and itself, and nothing else',
  check: (repository) =>
    checkImports(productionFiles(repository, 'src/domain'), (_, target, { isFile }) =>
      (isFile ? target.startsWith('src/domain/') : target === 'zod') ? undefined : 'the domain does no I/O',
    ),
  example: {
    sources: {
      'src/domain/deal.ts':
        "import * as z from 'zod';\nimport { x } from './stages.ts';\nimport type { Table } from '../store/table.ts';\nimport { hash } from 'node:crypto';",
      'src/domain/deal.test.ts': "import { it } from 'vitest';",
    },
    says: [
      'src/domain/deal.ts imports ../store/table.ts: the domain does no I/O',
      'src/domain/deal.ts imports node:crypto: the domain does no I/O',
    ],
  },
};

/** Files that implement a port, by how they are called. */
const IMPLEMENTATION =
  /\/(?:aws|dynamo|memory|sqs|eventbridge|s3|faulty)-[a-z-]+\.ts$|^src\/platform\/aws\/|\/adapters\.ts$/;
const FLOW_PACKAGES = ['zod', 'node:crypto'];

export const flowsKnowPorts: Rule = {
  name: 'flows are written against ports, never against what implements them',
  check: (repository) =>
    checkImports(productionFiles(repository, 'src/flows'), (_, target, { isFile }) => {
      if (!isFile) return FLOW_PACKAGES.includes(target) ? undefined : 'a flow needs no package for that';
      if (IMPLEMENTATION.test(target)) return 'that implements a port';
      if (partOf(target) !== undefined) return 'that is a provider';
      return undefined;
    }),
  example: {
    sources: {
      'src/flows/record.ts': [
        "import type { Table } from '../store/table.ts';",
        "import { createDynamoTable } from '../store/dynamo-table.ts';",
        "import { createSqsClient } from '../platform/aws/sqs-client.ts';",
        "import { createCrm } from '../crm/adapters.ts';",
        "import { toSignal } from '../crm/acme/mapping.ts';",
        "import { SQSClient } from '@aws-sdk/client-sqs';",
        "import { createHash } from 'node:crypto';",
      ].join('\n'),
    },
    says: [
      'src/flows/record.ts imports ../store/dynamo-table.ts: that implements a port',
      'src/flows/record.ts imports ../platform/aws/sqs-client.ts: that implements a port',
      'src/flows/record.ts imports ../crm/adapters.ts: that implements a port',
      'src/flows/record.ts imports ../crm/acme/mapping.ts: that is a provider',
      'src/flows/record.ts imports @aws-sdk/client-sqs: a flow needs no package for that',
    ],
  },
};

/** What only ever runs on a developer's machine. */
function isLocal(path: string): boolean {
  return path.startsWith('src/local/') || partOf(path)?.part === 'simulator';
}

export const localStaysLocal: Rule = {
  name: 'what is deployed imports nothing that only exists locally',
  check: (repository) =>
    checkImports(
      productionFiles(repository, 'src', 'functions', 'cdk').filter(({ path }) => !isLocal(path)),
      (_, target) => (isLocal(target) ? 'that is never deployed' : undefined),
    ),
  example: {
    sources: {
      'src/local/start.ts': "import { startCloud } from './cloud/cloud.ts';",
      'src/crm/acme/simulator/simulator.ts': "import { createFaults } from '../../../local/sandbox-kit/faults.ts';",
      'src/store/dynamo-table.ts': "import type { Cloud } from '../local/cloud/cloud.ts';",
      'functions/record.ts': "import { simulator } from '../src/crm/acme/simulator/simulator.ts';",
      'test/x.test.ts': "import { startCloud } from '../src/local/cloud/cloud.ts';",
    },
    says: [
      'src/store/dynamo-table.ts imports ../local/cloud/cloud.ts: that is never deployed',
      'functions/record.ts imports ../src/crm/acme/simulator/simulator.ts: that is never deployed',
    ],
  },
};

const FUNCTION_LINES = 30;

export const functionsAreThin: Rule = {
  name: 'a function is at most 30 lines that build the parts and export `build` and `handler`',
  check: (repository) =>
    productionFiles(repository, 'functions').flatMap(({ path, lines, code }) => {
      const problems: string[] = [];
      if (lines > FUNCTION_LINES) problems.push(`${path} has ${lines} lines`);
      for (const name of ['build', 'handler']) {
        if (!new RegExp(`\\bexport (?:const|(?:async )?function) ${name}\\b`).test(code)) {
          problems.push(`${path} does not export ${name}`);
        }
      }
      return problems;
    }),
  example: {
    sources: {
      'functions/good.ts': 'export const build = 1;\nexport const handler = 2;\n',
      'functions/long.ts': `export function build() {}\nexport async function handler() {}\n${'// more\n'.repeat(29)}`,
      'functions/mute.ts': "const build = 1;\nconst text = 'export const handler';\n",
    },
    says: [
      'functions/long.ts has 31 lines',
      'functions/mute.ts does not export build',
      'functions/mute.ts does not export handler',
    ],
  },
};

const WEBHOOKS_AWS = ['@aws-sdk/client-sqs', '@aws-sdk/client-secrets-manager'];

export const webhooksAreLight: Rule = {
  name: 'the webhooks function reaches no provider SDK, no schema library and no AWS client but queues and secrets',
  check: (repository) =>
    [...reachedFrom(repository, 'functions/webhooks.ts')]
      .filter(
        ([target]) =>
          isProviderSdk(target) ||
          target === 'zod' ||
          target === 'yaml' ||
          (target.startsWith('@aws-sdk/') && !WEBHOOKS_AWS.includes(target)),
      )
      .map(([target, way]) => `${target} is reached: ${way}`),
  example: {
    sources: {
      'functions/webhooks.ts': "import '../src/webhooks/router.ts';\nimport '@aws-sdk/client-sqs';",
      'src/webhooks/router.ts':
        "import * as z from 'zod';\nimport type { x } from 'jsforce';\nimport '../store/table.ts';",
      'src/store/table.ts': "import '@aws-sdk/client-dynamodb';\nawait import('docusign-esign');",
    },
    says: [
      'zod is reached: functions/webhooks.ts > src/webhooks/router.ts > zod',
      '@aws-sdk/client-dynamodb is reached: functions/webhooks.ts > src/webhooks/router.ts > src/store/table.ts > @aws-sdk/client-dynamodb',
      'docusign-esign is reached: functions/webhooks.ts > src/webhooks/router.ts > src/store/table.ts > docusign-esign',
    ],
  },
};

export const recordReachesNoSdk: Rule = {
  name: 'the record function reaches no provider SDK',
  check: (repository) =>
    [...reachedFrom(repository, 'functions/record.ts')]
      .filter(([target]) => isProviderSdk(target))
      .map(([target, way]) => `${target} is reached: ${way}`),
  example: {
    sources: {
      'functions/record.ts': "import '../src/crm/adapters.ts';",
      'src/crm/adapters.ts': "import '@hubspot/api-client';",
    },
    says: ['@hubspot/api-client is reached: functions/record.ts > src/crm/adapters.ts > @hubspot/api-client'],
  },
};
