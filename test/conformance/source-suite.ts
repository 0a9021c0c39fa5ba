import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import type { Door, RawRequest } from '../../src/webhooks/door.ts';
import type { Parsed, Parser, ParserConnection } from '../../src/webhooks/parser.ts';

/** One provider as it sends webhooks: what the suite needs to play its part. */
export interface SourceUnderTest extends DeliveriesUnderTest {
  readonly door: Door;
  /** Current and previous signing key. */
  readonly keys: readonly [string, string];
  /** Signs as the provider does; never with the adapter's own verifier. */
  sign(body: Uint8Array, key: string, atMs: number): RawRequest;
  /** Headers whose change must be noticed. */
  readonly signedHeaders: readonly string[];
  /** The signature covers the URL and the method as well. */
  readonly signsUrl: boolean;
  /** Longest distance between signing and receipt; undefined when the signature knows no time. */
  readonly windowMs: number | undefined;
  /**
   * A declared difference: this provider signs no bodies, and a secret in this parameter of the URL proves the caller.
   * What comes in that way must be let in as a hint and as nothing more.
   */
  readonly hintOnly?: { readonly because: string; readonly urlParameter: string };
}

/** Deliveries of one provider, however they were let in. */
export interface DeliveriesUnderTest {
  readonly parser: Parser;
  readonly connections: readonly ParserConnection[];
  /** What the door puts down as the connection; the first one unless told. */
  readonly deliveredTo?: string;
  /** Real deliveries by what happened, each with at least one signal, one record to read or one contact to forget. */
  readonly bodies: Readonly<Record<string, string>>;
  /** The same delivery as the provider sends it again after no answer. */
  retried(body: string): string;
  /** This provider tells it again without changing a byte. */
  readonly retriesUnchanged?: true;
  /** The same delivery about an account that no connection has. */
  fromUnknownAccount(body: string): string;
  /** Copies with something strange in one place, where a body is not JSON. */
  strange?(body: string): Iterable<string>;
}

const AT_MS = 1_795_424_400_000;
const bytes = (text: string) => new TextEncoder().encode(text);

/** What every door and every parser keeps to, whoever the provider is. */
export function describeSource(name: string, source: SourceUnderTest): void {
  describeDoor(name, source);
  describeParser(name, source);
  it(`the parser of ${name} and its door are of the same provider`, () => {
    expect(source.parser.provider).toBe(source.door.provider);
  });
}

function describeDoor(name: string, source: SourceUnderTest): void {
  const { door, keys, hintOnly } = source;
  const secrets = { signingKeys: keys };
  const [sample = ''] = Object.values(source.bodies);
  const signed = (body = sample, key: string = keys[0]) => source.sign(bytes(body), key, AT_MS);
  const accepted = hintOnly === undefined ? { ok: true } : { ok: true, hintOnly: true };

  describe(`the door of ${name}`, () => {
    it.each(Object.keys(source.bodies))('lets in %s, signed with the current or the previous key', (what) => {
      for (const key of keys) {
        expect(door.verify(signed(source.bodies[what], key), secrets, AT_MS)).toEqual(accepted);
      }
    });

    it('lets nothing in that a key of somebody else has signed', () => {
      expect(door.verify(signed(sample, 'somebody-else'), secrets, AT_MS).ok).toBe(false);
      expect(door.verify(signed(), { signingKeys: [] }, AT_MS).ok).toBe(false);
      expect(door.verify(signed(sample, ''), { signingKeys: [''] }, AT_MS).ok).toBe(false);
    });

    it.runIf(hintOnly === undefined)('notices every changed byte of the body, and every added or missing one', () => {
      const request = signed();
      for (const body of changedBodies(request.body))
        expect(door.verify({ ...request, body }, secrets, AT_MS).ok).toBe(false);
    });

    it.runIf(hintOnly !== undefined)(
      `lets a changed body in, but never as more than a hint: ${hintOnly?.because}`,
      () => {
        const request = signed();
        for (const body of changedBodies(request.body))
          expect(door.verify({ ...request, body }, secrets, AT_MS)).toEqual({ ok: true, hintOnly: true });
      },
    );

    it.each(source.signedHeaders)('notices a change of %s, and its absence', (header) => {
      const request = signed();
      const value = request.headers[header] ?? '';
      expect(value).not.toBe('');
      for (const changed of changedProofs(value)) {
        const { [header]: _, ...others } = request.headers;
        const headers = changed === undefined ? others : { ...others, [header]: changed };
        expect(door.verify({ ...request, headers }, secrets, AT_MS).ok).toBe(false);
      }
    });

    it.runIf(hintOnly !== undefined)(
      'notices a change of the secret in the URL, and its absence, and shows it nowhere',
      () => {
        const request = signed();
        const parameter = hintOnly?.urlParameter ?? '';
        const value = new URL(request.url).searchParams.get(parameter) ?? '';
        expect(value).not.toBe('');
        for (const changed of changedProofs(value)) {
          const url = new URL(request.url);
          if (changed === undefined) url.searchParams.delete(parameter);
          else url.searchParams.set(parameter, changed);
          expect(door.verify({ ...request, url: url.href }, secrets, AT_MS).ok).toBe(false);
        }
        expect(door.redactUrl?.(request.url)).not.toContain(value);
        expect(door.redactUrl?.(request.url)).toContain(new URL(request.url).pathname);
      },
    );

    it.runIf(source.signsUrl)('notices another URL and another method', () => {
      const request = signed();
      for (const change of [{ url: `${request.url}?a=1` }, { url: `${request.url}/` }, { method: 'PUT' }]) {
        expect(door.verify({ ...request, ...change }, secrets, AT_MS).ok).toBe(false);
      }
    });

    it.runIf(source.windowMs !== undefined)('lets in what is old or early, but not too much so', () => {
      const windowMs = source.windowMs ?? 0;
      expect(door.verify(signed(), secrets, AT_MS + windowMs)).toEqual({ ok: true });
      expect(door.verify(signed(), secrets, AT_MS - windowMs)).toEqual({ ok: true });
      expect(door.verify(signed(), secrets, AT_MS + windowMs + 1)).toEqual({ ok: false, cause: 'timestamp-stale' });
      expect(door.verify(signed(), secrets, AT_MS - windowMs - 1)).toEqual({ ok: false, cause: 'timestamp-future' });
    });

    it('says why when nothing is signed, and throws on nothing', () => {
      const bare = { method: 'POST', url: 'not a url', headers: {}, body: new Uint8Array() };
      expect(door.verify(bare, secrets, AT_MS)).toEqual({ ok: false, cause: 'signature-missing' });
      expect(Math.floor(door.acknowledge(bare).status / 100)).toBe(2);
      expect(door.redactUrl?.(bare.url) ?? bare.url).toBe('not a url');
    });

    it('says yes in 2xx and keeps no header that authenticates', () => {
      expect(Math.floor(door.acknowledge(signed()).status / 100)).toBe(2);
      expect(door.keepHeaders.filter((header) => /signature|authorization|cookie|token|key/.test(header))).toEqual([]);
    });
  });
}

/** What every parser keeps to; for sources that come through no door as well. */
export function describeParser(name: string, source: DeliveriesUnderTest): void {
  const { parser, connections } = source;
  const [sample = ''] = Object.values(source.bodies);
  const parse = (body: string | Uint8Array, change: Partial<Delivery> = {}): Parsed => {
    const delivery: Delivery = {
      v: 1,
      kind: 'delivery',
      deliveryId: '01KCT0000000000000000000AA',
      provider: parser.provider,
      connectionId: source.deliveredTo ?? connections[0]?.id ?? '',
      receivedAtMs: AT_MS,
      traceId: 'trace',
      headers: {},
      bodyBase64: Buffer.from(body).toString('base64'),
      ...change,
    };
    return parser.parse(delivery, { connections, receivedAtMs: delivery.receivedAtMs });
  };
  /** Signals, and records to read: both are what a delivery leads to. */
  const foundIn = ({ signals, reads = [], removals = [] }: Parsed) => [...signals, ...reads, ...removals];
  const idsOf = (parsed: Parsed) => foundIn(parsed).map(({ id }) => id);

  describe(`the parser of ${name}`, () => {
    it.each(Object.keys(source.bodies))(
      'finds signals, reads or removals in %s, for a connection that is configured',
      (what) => {
        const parsed = parse(source.bodies[what] ?? '');
        expect(foundIn(parsed).length).toBeGreaterThan(0);
        expectWellFormed(parsed);
      },
    );

    it.each(Object.keys(source.bodies))('gives the same ids when %s is sent again', (what) => {
      const body = source.bodies[what] ?? '';
      const again = { deliveryId: '01KCT0000000000000000000BB', receivedAtMs: AT_MS + 86_400_000 };
      expect(idsOf(parse(source.retried(body), again))).toEqual(idsOf(parse(body)));
      if (source.retriesUnchanged === undefined) expect(source.retried(body)).not.toBe(body);
    });

    it.each(Object.keys(source.bodies))('puts %s aside when nobody knows the account', (what) => {
      const parsed = parse(source.fromUnknownAccount(source.bodies[what] ?? ''));
      expect(foundIn(parsed)).toEqual([]);
      expect(new Set(parsed.rejects.map(({ code }) => code))).toEqual(new Set(['account.unknown']));
    });

    it('survives every body that is cut off', () => {
      const step = Math.max(1, Math.floor(sample.length / 100));
      for (let length = 0; length < sample.length; length += step) expectWellFormed(parse(sample.slice(0, length)));
    });

    it('survives any value in any place', () => {
      for (const body of Object.values(source.bodies)) {
        for (const changed of source.strange?.(body) ?? strangeJson(body)) expectWellFormed(parse(changed));
      }
    });

    it.each([
      ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0xc0, 0x80])],
      ['a list nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
      ['an object nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
      ['names that mean something', '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}'],
      ['a number too large', '1e999'],
      ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
      ['nothing', ''],
    ])('finds nothing in %s, and says so', (_what, body) => {
      const parsed = parse(body);
      expect(foundIn(parsed)).toEqual([]);
      expect(parsed.rejects.length).toBeGreaterThan(0);
      expectWellFormed(parsed);
      expect(({} as { a?: number }).a).toBeUndefined();
    });
  });

  function expectWellFormed(parsed: Parsed): void {
    for (const signal of parsed.signals) {
      expect(signal.v).toBe(1);
      expect(signal.id.length).toBeLessThanOrEqual(400);
      expect(connections.map(({ id }) => id)).toContain(signal.connectionId);
    }
    for (const read of parsed.reads ?? []) {
      expect(read.id.length).toBeLessThanOrEqual(400);
      expect(connections.map(({ id }) => id)).toContain(read.connectionId);
      expect(read.recordId ?? 'not known').toMatch(/^[\w -]+$/);
      expect(read.sinceMs).toBeGreaterThan(0);
    }
    for (const removal of parsed.removals ?? []) {
      expect(removal.id.length).toBeLessThanOrEqual(400);
      expect(connections.map(({ id }) => id)).toContain(removal.connectionId);
      expect(removal.contactId).toMatch(/^\w+$/);
      expect(removal.atMs).toBeGreaterThan(0);
    }
    const records = (parsed.reads ?? []).map(({ connectionId, recordId }) => `${connectionId}/${recordId}`);
    expect(new Set(records).size).toBe(records.length);
    expect(new Set(idsOf(parsed)).size).toBe(foundIn(parsed).length);
    for (const reject of parsed.rejects) {
      expect(reject.code).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(reject.sentence.length).toBeGreaterThan(10);
      expect(reject.excerpt.length).toBeLessThanOrEqual(8_000);
    }
    for (const count of Object.values(parsed.ignored)) expect(count).toBeGreaterThan(0);
  }
}

/** A proof with something wrong about it; undefined for none at all. */
function changedProofs(value: string): readonly (string | undefined)[] {
  return [undefined, '', `${value} `, value.slice(1), `A${value}`, value.repeat(2), 'é', '\u0000'];
}

/** One byte flipped, left out or added, at a hundred places. */
function changedBodies(body: Uint8Array): Uint8Array[] {
  const step = Math.max(1, Math.floor(body.length / 100));
  const changed = [new Uint8Array(), Uint8Array.of(...body, 0), Uint8Array.of(32, ...body)];
  for (let at = 0; at < body.length; at += step) {
    changed.push(body.map((byte, index) => (index === at ? byte ^ 1 : byte)));
    changed.push(Uint8Array.of(...body.subarray(0, at), ...body.subarray(at + 1)));
  }
  return changed;
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '__proto__',
  [],
  [[]],
  {},
  'y'.repeat(10_000),
];

function* strangeJson(body: string): Generator<string> {
  for (const changed of withStrangeValues(JSON.parse(body))) yield JSON.stringify(changed);
}

/** Copies of `value`, each with one part of it replaced by something strange. */
function* withStrangeValues(value: unknown): Generator<unknown> {
  yield* STRANGE;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const changed of withStrangeValues(part)) {
      yield Array.isArray(value)
        ? value.map((each, index) => (String(index) === key ? changed : each))
        : { ...value, [key]: changed };
    }
  }
}
