import type { Grant } from './grant.ts';
import { exchange, type HttpCall, type HttpReply, type Wire } from './wire.ts';

/** The API of one account. */
export interface HubSpotHttp {
  readonly baseUrl: string;
  /** With the connection's token; a refused token is renewed once. Throws HubError `crm.*`. */
  send(call: HttpCall): Promise<HttpReply>;
}

export function createHttp(wire: Wire, baseUrl: string, grant: Grant): HubSpotHttp {
  return {
    baseUrl,
    async send(call) {
      const token = await grant.token();
      const first = await exchange(wire, withToken(call, token), grant.words());
      if (first.ok) return first.reply;
      // A refused token means that nothing was done: sending once more cannot double anything.
      const newToken = first.error.code === 'crm.unauthorized' ? await grant.renewed(token) : undefined;
      if (newToken === undefined) throw first.error;
      const second = await exchange(wire, withToken(call, newToken), grant.words());
      if (second.ok) return second.reply;
      throw second.error;
    },
  };
}

function withToken(call: HttpCall, token: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } };
}
