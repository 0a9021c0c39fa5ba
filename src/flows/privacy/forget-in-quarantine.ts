import { latestDaysUtc } from '../../store/keys.ts';
import { BODY_KEPT_DAYS, type QuarantineEntry } from '../../store/quarantine.ts';
import type { RecordParts } from '../record-parts.ts';
import { createRedactor, type Identity, REMOVED } from './redact.ts';

/**
 * Removes what came in, was not understood, and speaks of the person; that something came stays known, with its reason.
 * All that is kept is looked through: it is no more than 30 days, and this is rare. A file is overwritten, and the bucket
 * deletes its version before within days. Safe to repeat.
 */
export async function forgetInQuarantine(identity: Identity, parts: RecordParts): Promise<void> {
  if (identity.names.length + identity.emails.length === 0) return;
  const redact = createRedactor(identity);
  // Entries of the day on which the oldest body ends are among them.
  const days = latestDaysUtc(parts.clock.nowMs(), BODY_KEPT_DAYS + 1);
  for (const entry of await parts.store.listQuarantine(days)) {
    if (entry.bodyGone !== undefined) continue;
    const texts = await textsOf(entry, parts);
    if (texts.every((text) => redact(text) === text)) continue;
    const { fileKey } = entry;
    if (fileKey !== undefined) await parts.keepFile(fileKey, new TextEncoder().encode(REMOVED), 'text/plain');
    await parts.store.removeQuarantineBody(entry.id);
  }
}

/** What it says, and where that is JSON also with its escaped letters as letters. */
async function textsOf(
  { excerpt, delivery, fileKey }: QuarantineEntry,
  parts: RecordParts,
): Promise<readonly string[]> {
  const file = fileKey === undefined ? undefined : await parts.readFile(fileKey);
  const kept = file === undefined ? undefined : new TextDecoder().decode(file);
  const body = decoded(delivery?.bodyBase64 ?? bodyIn(kept));
  return [excerpt, kept ?? '', body, ...unescaped(kept ?? ''), ...unescaped(body)];
}

function bodyIn(kept: string | undefined): string | undefined {
  const [value] = unescaped(kept ?? '', (each) => each);
  const body: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'bodyBase64') : undefined;
  return typeof body === 'string' ? body : undefined;
}

function decoded(base64: string | undefined): string {
  return base64 === undefined ? '' : Buffer.from(base64, 'base64').toString();
}

/** None where the text is no JSON. */
function unescaped<T = string>(text: string, of: (value: unknown) => T = (value) => JSON.stringify(value) as T): T[] {
  try {
    return [of(JSON.parse(text))];
  } catch {
    return [];
  }
}
