import { HubError } from '../../domain/errors.ts';

/** A record was named a moment ago, and what is known of its deal comes next: HubError `twin.not-stored` (retryable). */
export function notStored(dealId: string): HubError {
  return new HubError('twin.not-stored', `deal ${dealId} is being recorded; what joins it is followed right after`, {
    retry: { afterMs: 5000 },
    context: { dealId },
  });
}
