import { HubError, isHubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Grant, Session } from './grant.ts';
import { refusedForGood } from './grant-refusal.ts';
import { currentCall, type Exchange, exchange, type HttpReply, type Wire } from './wire.ts';

export interface ApiCall {
  readonly method: string;
  /** Below the org's address, with query: the token goes nowhere else. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

/** The API of one org. */
export interface SalesforceHttp {
  /** With the connection's token. Throws HubError `crm.*`. */
  send(call: ApiCall): Promise<HttpReply>;
}

/** So long nobody is asked after an org that refused the grant, or a token that it had only just given out. */
const BREAK_MS = 60_000;

export interface HttpParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly grant: Grant;
}

/**
 * A refused token is renewed once in a call of the port. An org that refuses the new one as well would be asked for ever
 * by everything that waits in the queues; so for a minute the answer is given without it, with the time after which it is
 * worth asking: somebody may have mended it by then.
 */
export function createHttp({ wire, clock, grant }: HttpParts): SalesforceHttp {
  let broken: { readonly error: HubError; readonly untilMs: number } | undefined;

  function remember(error: HubError): HubError {
    broken = { error, untilMs: clock.nowMs() + BREAK_MS };
    return error;
  }

  async function sessionFrom(get: () => Promise<Session>): Promise<Session> {
    try {
      return await get();
    } catch (error) {
      throw isHubError(error, 'crm.unauthorized') ? remember(error) : error;
    }
  }

  function sendWith(session: Session, call: ApiCall): Promise<Exchange> {
    const { path, headers, ...rest } = call;
    return exchange(
      wire,
      {
        ...rest,
        url: `${session.instanceUrl}${path}`,
        headers: { ...headers, authorization: `Bearer ${session.token}` },
      },
      grant.words(),
    );
  }

  return {
    async send(call) {
      const breakMs = (broken?.untilMs ?? 0) - clock.nowMs();
      if (broken !== undefined && breakMs > 0) throw saidBefore(broken.error, breakMs);
      const inCall = currentCall();
      let session = await sessionFrom(grant.session);
      let answer = await sendWith(session, call);
      // A refused token means that nothing was done: sending once more cannot double anything.
      if (isRefusal(answer) && session.token !== inCall.renewedToken) {
        const refused = session.token;
        session = await sessionFrom(() => grant.renewed(refused));
        inCall.renewedToken = session.token;
        answer = await sendWith(session, call);
      }
      if (answer.ok) {
        broken = undefined;
        return answer.reply;
      }
      throw isRefusal(answer) ? remember(refusedForGood(wire.connectionId, grant.words())) : answer.error;
    },
  };
}

/** Nobody has asked, so this is not the last word: whoever was woken because it is mended must not be sent away for good. */
function saidBefore({ code, message, context }: HubError, afterMs: number): HubError {
  return new HubError(code, message, { retry: { afterMs }, context });
}

function isRefusal(answer: Exchange): boolean {
  return !answer.ok && answer.error.code === 'crm.unauthorized';
}
