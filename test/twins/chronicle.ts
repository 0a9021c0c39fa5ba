import type { Reason } from '../../src/domain/contract.ts';
import type { Deal } from '../../src/domain/deal.ts';
import { HubError } from '../../src/domain/errors.ts';
import type { ESignPort } from '../../src/esign/esign-port.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { HubStore } from '../../src/store/hub-store.ts';
import type { FakeESign } from '../fakes/fake-esign.ts';

/** Something that the hub did to an envelope, and its deal at that moment, as it was stored. */
export interface Deed {
  readonly what: 'sent' | 'voided';
  readonly envelopeId: string;
  readonly dealId: string;
  readonly atMs: number;
  readonly deal: Deal | undefined;
}

/** What went on inside of the hub, for whoever judges it. */
export interface Chronicle {
  readonly deeds: Deed[];
  /** How often each decision was made, each error was thrown, and each trouble came. */
  readonly happened: Map<string, number>;
  /** When which work last had to come back, and why. */
  readonly lastTrouble: Map<string, number>;
  /** When each record was claimed, by whichever deal. */
  readonly claimedAtMs: Map<string, number>;
  /** Since when the hub had two records in one deal, or had heard that they became one. */
  readonly togetherAtMs: Map<string, number>;
  /** When each deal went into another one. */
  readonly absorbedAtMs: Map<string, number>;
  /** Work that was given up. */
  readonly failures: string[];
  count(what: string): void;
}

export function createChronicle(): Chronicle {
  const happened = new Map<string, number>();
  return {
    ...{ deeds: [], happened, lastTrouble: new Map(), claimedAtMs: new Map(), absorbedAtMs: new Map(), failures: [] },
    togetherAtMs: new Map(),
    count: (what) => void happened.set(what, (happened.get(what) ?? 0) + 1),
  };
}

/** A name for the two, in either order. */
export function pairName(a: string, b: string): string {
  return [a, b].sort().join(' ');
}

/** The store as the hub has it: it fails once where `dying` says so, and may be one of before there were claims. */
export function watchedStore(
  store: HubStore,
  { count, claimedAtMs, absorbedAtMs, togetherAtMs }: Chronicle,
  clock: Clock,
  version: { readonly knowsClaims: boolean },
  dying: Set<string>,
): HubStore {
  const claimRecord: HubStore['claimRecord'] = async (connectionId, recordId, claim) => {
    if (!version.knowsClaims) return claim;
    const standing = await store.claimRecord(connectionId, recordId, claim);
    if (standing.dealId !== claim.dealId) count('claim lost');
    if (!claimedAtMs.has(recordId)) claimedAtMs.set(recordId, clock.nowMs());
    return standing;
  };
  const saveDeal: HubStore['saveDeal'] = async (deal) => {
    const saved = await store.saveDeal(deal);
    const isGone = saved !== 'conflict' && saved.mergedInto !== undefined;
    if (isGone && !absorbedAtMs.has(saved.dealId)) absorbedAtMs.set(saved.dealId, clock.nowMs());
    if (saved !== 'conflict') noteTogether(saved);
    return saved;
  };
  function noteTogether({ lanes }: Deal): void {
    for (const { recordId, lifecycle } of lanes) {
      const became = lifecycle.flatMap(({ intoRecordId }) => intoRecordId ?? []);
      for (const other of [...lanes.map((lane) => lane.recordId), ...became]) {
        const pair = pairName(recordId, other);
        if (!togetherAtMs.has(pair)) togetherAtMs.set(pair, clock.nowMs());
      }
    }
  }
  const watched = { ...store, claimRecord, saveDeal };
  return new Proxy(watched, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (dying.delete(String(name))) {
          return Promise.reject(new HubError('store.unavailable', 'the process died', { retry: { afterMs: 5000 } }));
        }
        if (name === 'putDecision') count((args[0] as { readonly reason: Reason }).reason.code);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/**
 * The e-sign account; what is sent and voided is noted when it takes effect.
 *
 * @param onDraft called while a draft is being made, with its deal
 */
export function watchedESign(
  esign: FakeESign,
  store: HubStore,
  { deeds }: Chronicle,
  clock: Clock,
  onDraft: (deal: Deal | undefined) => Promise<void>,
): ESignPort {
  const find = (envelopeId: string) => esign.envelopes.find((each) => each.envelopeId === envelopeId);
  const note = async (what: Deed['what'], envelopeId: string) => {
    const dealId = dealOf(find(envelopeId)?.spec.contractRef ?? '');
    deeds.push({ what, envelopeId, dealId, atMs: clock.nowMs(), deal: await store.loadDeal(dealId) });
  };
  const dealOf = (contractRef: string) => contractRef.slice(0, contractRef.lastIndexOf('/'));
  return {
    ...esign.port,
    async createDraft(spec) {
      const made = await esign.port.createDraft(spec);
      await onDraft(await store.loadDeal(dealOf(spec.contractRef)));
      return made;
    },
    async sendDraft(envelopeId) {
      if (find(envelopeId)?.status === 'created') await note('sent', envelopeId);
      return esign.port.sendDraft(envelopeId);
    },
    async voidEnvelope(envelopeId, reason) {
      if (find(envelopeId)?.status !== 'voided') await note('voided', envelopeId);
      return esign.port.voidEnvelope(envelopeId, reason);
    },
  };
}
