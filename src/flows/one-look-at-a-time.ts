/** Looks at a deal; every call begins after it was asked for. */
export type Look = (dealId: string, traceId: string) => Promise<void>;

/**
 * Wake-ups come in bursts, and one look closes what all of them are about. Within this process a deal is looked at once
 * at a time; whoever asks meanwhile shares the one look that begins afterwards. Between processes the leases decide.
 */
export function oneLookAtATime(look: Look): Look {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  function begin(dealId: string, traceId: string): Promise<void> {
    const run = look(dealId, traceId).finally(() => running.delete(dealId));
    running.set(dealId, run);
    return run;
  }

  return (dealId, traceId) => {
    const current = running.get(dealId);
    if (current === undefined) return begin(dealId, traceId);
    const waiting = next.get(dealId);
    if (waiting !== undefined) return waiting;
    const after = current
      .catch(() => undefined)
      .then(() => {
        next.delete(dealId);
        return begin(dealId, traceId);
      });
    next.set(dealId, after);
    return after;
  };
}
