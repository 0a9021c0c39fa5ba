import type { RecordLifecycle, RecordsToRead } from '../../../domain/signals.ts';
import type { Parsed, Reject } from '../../../webhooks/parser.ts';
import { withoutSessionId } from './session-id.ts';

const MAX_EXCERPT_LENGTH = 8_000;
const MAX_KIND_LENGTH = 80;
/** A body of one delivery names few kinds; what a hostile one makes up beyond these shares a name. */
const MAX_KINDS = 50;

/** What one piece of a delivery came to. */
export type Part =
  | { readonly is: 'read'; readonly read: RecordsToRead }
  | { readonly is: 'signal'; readonly signal: RecordLifecycle }
  | { readonly is: 'ignored'; readonly kind: string }
  | ({ readonly is: 'rejected' } & Reject);

export function ignored(kind: string): Part {
  return { is: 'ignored', kind };
}

/** @param index in the batch; -1 for the whole delivery */
export function rejected(code: string, sentence: string, excerpt: string, index = -1): Part {
  return { is: 'rejected', code, sentence, excerpt, index };
}

/** Puts the parts together: one read per record, the same fact once, nothing kept that opens an org. */
export function gather(parts: readonly Part[]): Parsed {
  const reads = new Map<string, RecordsToRead>();
  const signals = new Map<string, RecordLifecycle>();
  const rejects: Reject[] = [];
  const counts = new Map<string, number>();
  for (const part of parts) {
    switch (part.is) {
      case 'read': {
        const key = `${part.read.connectionId}/${part.read.recordId ?? '*'}`;
        if (!reads.has(key)) reads.set(key, part.read);
        break;
      }
      case 'signal':
        if (!signals.has(part.signal.id)) signals.set(part.signal.id, part.signal);
        break;
      case 'ignored': {
        const short = part.kind.slice(0, MAX_KIND_LENGTH);
        const kind = counts.has(short) || counts.size < MAX_KINDS ? short : 'other';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        break;
      }
      case 'rejected': {
        const { code, sentence, index, excerpt } = part;
        rejects.push({ code, sentence, index, excerpt: withoutSessionId(excerpt).slice(0, MAX_EXCERPT_LENGTH) });
        break;
      }
    }
  }
  return {
    signals: [...signals.values()],
    reads: [...reads.values()],
    rejects,
    ignored: Object.fromEntries(counts),
  };
}
