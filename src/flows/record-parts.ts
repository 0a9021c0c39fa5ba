import type { ParseContext, Parser } from '../webhooks/parser.ts';
import type { CoreParts } from './parts.ts';

/** What taking deliveries in needs on top. */
export interface RecordParts extends CoreParts {
  readonly parserOf: (provider: string) => Parser | undefined;
  /** The provider whose partner event source this is; undefined for everybody else's. */
  readonly providerOfSource: (source: string) => string | undefined;
  /** Connections of a provider with the account ids that their bodies carry. */
  readonly accountsOf: (provider: string) => Promise<ParseContext['connections']>;
  readonly keepFile: (key: string, bytes: Uint8Array, contentType: string) => Promise<void>;
  /** Undefined when there is no such file any more. */
  readonly readFile: (key: string) => Promise<Uint8Array | undefined>;
}
