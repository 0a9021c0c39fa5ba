import {
  notReachable,
  type ProviderSetup,
  type SetupInput,
  type SetupResult,
  webhookUrl,
} from '../../provider-setup.ts';
import { isLoopbackUrl } from '../base-url.ts';
import { hubspotSettings } from '../settings.ts';
import { projectFiles } from './project.ts';

/** Makes an account ready: a project of the developer platform, and what is left to click. */
export const hubspotSetup: ProviderSetup = {
  provider: 'hubspot',
  options: [],
  // It exists only after the upload.
  givenSigningKey: '<client secret of the app>',
  secretExample: { accessToken: '<access token of the app>' },
  page: 'docs/connecting-hubspot.md',
  prepare,
};

function prepare(input: SetupInput): SetupResult {
  const settings = hubspotSettings.settings.parse(input.settings);
  const problem = isLoopbackUrl(settings.baseUrl) ? undefined : notReachable(input.publicUrl);
  if (problem !== undefined) {
    return {
      ok: false,
      problem: `${problem}.`,
      remedy: 'HubSpot calls https. Put such an address into the configuration.',
    };
  }
  return {
    ok: true,
    files: projectFiles({
      connectionId: input.connectionId,
      targetUrl: webhookUrl(input, hubspotSettings.provider),
    }),
    steps: [
      `hs account auth, for the account ${settings.portalId} (HubSpot CLI: npm install -g @hubspot/cli)`,
      'In the folder: hs project upload',
      'HubSpot, Development, Projects, the project, Stagepost, Distribution: install the app in this account.',
      'The same page, Auth: put the client secret (as signingKeys) and the access token into the secret.',
      'Settings, Objects, Deals: an association label between deal and contact, for whom the contract is sent to.',
      'Start the hub with "mode: observe", change the stage of a deal, and look: npx stagepost deliveries',
    ],
  };
}
