import { createHash } from 'node:crypto';

/** The parameter of the URL that proves an Outbound Message. */
const TOKEN_PARAMETER = 'token';
/** As it is, or encoded, with whatever stands before it: `?token=`, `;token=`, `&access_token=`. */
const TOKEN_VALUE = /token\s*=(.*)$/is;
/** A token in a wrong place, e.g. in the path: 43 characters of base64url, and not part of something longer. */
const TOKEN_SHAPE = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/** The token in the query; of several the first. Never throws, whatever the URL is. */
export function tokenOf(url: string): string | undefined {
  const [beforeFragment = ''] = url.split('#', 1);
  const start = beforeFragment.indexOf('?');
  if (start < 0) return undefined;
  return new URLSearchParams(beforeFragment.slice(start + 1)).get(TOKEN_PARAMETER) ?? undefined;
}

/**
 * The URL with every token in it replaced by a fingerprint, 12 hex digits of its SHA-256: enough to see whether two are
 * the same, too little to call with. Rather hides too much than too little.
 */
export function withoutToken(url: string): string {
  return url
    .split(/([?&;#])/)
    .map(hideToken)
    .join('')
    .replace(TOKEN_SHAPE, fingerprint);
}

function hideToken(part: string): string {
  const text = decoded(part);
  const found = TOKEN_VALUE.exec(text);
  return found === null ? part : `${text.slice(0, found.index)}${TOKEN_PARAMETER}=${fingerprint(found[1] ?? '')}`;
}

/** Percent codes and plus signs as a query has them; what is no code stays as it is. */
function decoded(part: string): string {
  return new URLSearchParams(`part=${part}`).get('part') ?? '';
}

function fingerprint(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}
