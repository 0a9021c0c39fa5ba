import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { playJourney } from '../../src/local/play/journey.ts';
import { silentLog } from '../../src/platform/log.ts';

/** Every `npx stagepost ...` that the README shows, in code blocks and in text. */
const shown = [
  ...new Set(
    [...readFileSync('README.md', 'utf8').matchAll(/(?:^|`)npx stagepost ([^`\n]+)/gm)].map(([, line]) => line ?? ''),
  ),
];

/** What a command has to say on a hub whose one deal is signed and handed over, and with which exit code. */
const expected: Readonly<Record<string, readonly [exitCode: number, says: RegExp]>> = {
  connections: [0, /hubspot-main +hubspot +live +not asked yet +salesforce-main/],
  'setup hubspot': [0, /hsproject\.json/],
  deals: [0, /Northwind Traders - analytics rollout +expansion/],
  'deal <id>': [0, /contract 1 completed: signed by everybody/],
  deliveries: [0, /hubspot-main +hubspot/],
  'trace <delivery>': [0, /^Delivery \w{26}\n[\s\S]*hubspot-main/],
  quarantine: [0, /^Nothing|^Quarantine is empty|^No /],
  'replay <id>': [1, /^Nothing in quarantine has the id "q-1"/],
  'approve <deal> <n>': [1, /^Contract 1 is completed; only one that/],
  'void <deal> <n> --reason "..."': [1, /^Contract 1 is completed; only one that/],
  'remap <deal>': [0, /./],
  'retry <id>': [0, /every worker looks at hubspot-main\.\d+ again now/],
  'config check <file>': [0, /stagepost\.config\.yaml/],
  'setup <provider>': [0, /hsproject\.json/],
};

describe('the commands of the README, on a running hub', () => {
  let hub: LocalHub;
  let dealId: string;
  let delivery: string;
  let out: string;

  beforeAll(async () => {
    hub = await startLocalHub({ folder: undefined, configFile: 'stagepost.config.yaml', port: 0, log: silentLog });
    ({ dealId } = await playJourney(hub, () => {}));
    delivery = (await hub.store.loadDealItems(dealId)).signals[0]?.deliveryId ?? '';
    out = await mkdtemp(join(tmpdir(), 'stagepost-setup-'));
  });
  afterAll(async () => {
    await hub.stop();
    await rm(out, { recursive: true, force: true });
  });

  it('are all known here', () => {
    expect(shown.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('npx stagepost %s', async (line, [exitCode, says]) => {
    const text = line.replace('<deal>', dealId).replace('<id>', line.startsWith('replay') ? 'q-1' : dealId);
    const args = text
      .replace(/^setup (?:<provider>|hubspot)/, `setup hubspot --out ${out}/${line.length}`)
      .replace('<delivery>', delivery)
      .replace('<n>', '1')
      .replace('<file>', 'stagepost.config.yaml')
      .replaceAll('"', '')
      .split(' ');
    let output = '';
    const write = (part: string) => {
      output += part;
    };
    const code = await runCli(args, {
      variables: { STAGEPOST_URL: hub.url },
      fetch,
      write,
      writeError: write,
      userName: () => 'Olga Ops',
      timeZone: 'UTC',
      width: 200,
      folder: process.cwd(),
    });
    expect(output).toMatch(says);
    expect(code).toBe(exitCode);
  });
});
