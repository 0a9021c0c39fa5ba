import type { ParseContext, Parser } from '../webhooks/parser.ts';
import type { CoreParts } from './parts.ts';

/** What taking deliveries in needs on top. */
export interface RecordParts extends CoreParts {
  readonly parserOf: (provider: string) => Parser | undefined;
  /** Connections of a provider with the account ids that their bodies carry. */
  readonly accountsOf: (provider: string) => Promise<ParseContext['connections']>;
  readonly keepFile: (key: string, bytes: Uint8Array, contentType: string) => Promise<void>;
}
