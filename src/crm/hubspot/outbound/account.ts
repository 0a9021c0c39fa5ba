import { HubError, isHubError } from '../../../domain/errors.ts';
import { accountDetails } from '../payloads.ts';
import type { HubSpotHttp } from './http.ts';

/** What HubSpot tells of the account that the token belongs to. */
export interface AccountDetails {
  readonly portalId: string;
  /** ISO 4217; amounts of deals without a currency of their own are in it. */
  readonly companyCurrency: string | undefined;
}

/** `GET /account-info/v3/details`: needs no scope, so it proves address and token and nothing else. */
export async function readAccount(http: HubSpotHttp): Promise<AccountDetails> {
  const reply = await http.send({ method: 'GET', url: `${http.baseUrl}/account-info/v3/details` });
  const parsed = accountDetails.safeParse(JSON.parse(reply.text));
  if (!parsed.success) {
    throw new HubError('crm.unavailable', 'what answers at baseUrl does not tell an account; check baseUrl', {
      retry: { afterMs: 60_000 },
    });
  }
  return { portalId: parsed.data.portalId, companyCurrency: parsed.data.companyCurrency ?? undefined };
}

/** The account's currency, read once; undefined where the account does not tell it. */
export function createCompanyCurrency(http: HubSpotHttp): () => Promise<string | undefined> {
  let known: { readonly currency: string | undefined } | undefined;
  return async () => {
    if (known !== undefined) return known.currency;
    try {
      known = { currency: (await readAccount(http)).companyCurrency };
    } catch (error) {
      if (!isHubError(error, 'crm.forbidden')) throw error;
      known = { currency: undefined };
    }
    return known.currency;
  };
}
