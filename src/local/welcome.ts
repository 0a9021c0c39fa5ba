import { isSandboxConnection } from '../config/sandbox-connection.ts';
import type { LocalHub } from './hub.ts';

const NEXT_IN_THE_SANDBOX = `\
  1. Move a deal to Procurement on the HubSpot or the Salesforce page: its contract goes out. HubSpot's pipeline
     Field sales is synced with Salesforce: such a deal is on both pages, and gets one contract.
  2. Sign it as each party on the DocuSign page: the deal advances, the onboarding tasks appear.
  3. npx stagepost deals            all deals
     npx stagepost deal <id>        one deal's timeline, every decision in words
`;

const NEXT_WITH_REAL_ACCOUNTS = `\
  1. npx stagepost connections      whether every account answers
  2. Change the stage of a deal in the CRM, then: npx stagepost deliveries, npx stagepost deals
  3. npx stagepost deal <id>        what was decided and why, also in mode observe
`;

/** What a person reads when the hub has started: where everything is, and what to do first. */
export function welcome(
  hub: LocalHub,
  { configFile, folder }: { readonly configFile: string; readonly folder: string },
): string {
  const { hubspot, docusign, salesforce } = hub.sandbox;
  const simulators = [
    ['hubspot', `  HubSpot simulator     ${hubspot.url}/_sandbox   move deals, see tasks and files`],
    ['docusign', `  DocuSign simulator    ${docusign.url}/_sandbox   open and sign envelopes`],
    ['salesforce', `  Salesforce simulator  ${salesforce.url}/_sandbox   the same for opportunities`],
  ] as const;
  const { connections } = hub.config;
  const isSimulated = (provider: string) =>
    connections.some((each) => each.provider === provider && isSandboxConnection(each));
  const real = connections.filter((each) => !isSandboxConnection(each));
  return `
Stagepost is running.

  Hub                   ${hub.url}/
${simulators.flatMap(([provider, line]) => (isSimulated(provider) ? [line] : [])).join('\n')}
${real.map(({ id, mode }) => `  ${id.padEnd(20)}  a real account, in mode ${mode}\n`).join('')}\
  Configuration         ${configFile} (version ${hub.config.version})
  State and log         ${folder}

What to do next
${real.length > 0 ? NEXT_WITH_REAL_ACCOUNTS : NEXT_IN_THE_SANDBOX}
Ctrl-C ends it; the next npm start goes on where it was.
`;
}
