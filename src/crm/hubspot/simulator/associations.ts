import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import {
  type AssociationSpec,
  type AssociationType,
  isSameSpec,
  primaryType,
  unlabelledType,
} from './association-types.ts';
import { badRequest } from './failures.ts';
import { OBJECT_KINDS } from './kinds.ts';
import type { Labels } from './labels.ts';
import type { ChangeSource, Emit, ObjectType } from './model.ts';
import type { Objects } from './objects.ts';

export interface End {
  readonly type: ObjectType;
  readonly id: string;
}

export interface Link {
  readonly to: End;
  readonly specs: readonly AssociationSpec[];
}

/** Links between records; every link is stored at both ends. */
export interface Associations {
  /** Links to live records only, in order of making. */
  linksOf(from: End, toType: ObjectType): Link[];
  /** Throws 400 when the types do not fit the direction or a record does not exist; returns the full set of types. */
  check(
    from: { type: ObjectType; id?: string },
    to: End,
    specs: readonly AssociationSpec[] | 'default',
  ): AssociationType[];
  connect(from: End, to: End, specs: readonly AssociationSpec[] | 'default', source: ChangeSource): void;
  /** Without `specs` the whole link; with them only these labels. */
  disconnect(from: End, to: End, source: ChangeSource, specs?: readonly AssociationSpec[]): void;
  /** Gives all links of one record to another. */
  moveAll(from: End, to: End): void;
}

/** Pairs whose changes webhooks report (HubSpot "Webhooks API", association change types). */
const REPORTED: readonly ObjectType[] = ['contacts', 'companies', 'line_items'];
const ENGAGEMENTS: readonly ObjectType[] = ['notes', 'tasks'];

export function createAssociations(deps: {
  storage: SandboxStorage;
  clock: Clock;
  labels: Labels;
  objects: Objects;
  emit: Emit;
}): Associations {
  const { clock, labels, objects, emit } = deps;
  const records = deps.storage.records<readonly Link[]>('association');
  const keyOf = (end: End) => `${end.type}/${end.id}`;
  const linksAt = (end: End) => records.get(keyOf(end)) ?? [];
  const isEnd = (a: End, b: End) => a.type === b.type && a.id === b.id;
  const isLive = (end: End) => objects.find(end.type, end.id)?.archived === false;

  function setSpecs(from: End, to: End, specs: readonly AssociationSpec[]): void {
    const links = linksAt(from);
    const known = links.some((link) => isEnd(link.to, to));
    const next =
      specs.length === 0
        ? links.filter((link) => !isEnd(link.to, to))
        : known
          ? links.map((link) => (isEnd(link.to, to) ? { to, specs } : link))
          : [...links, { to, specs }];
    records.set(keyOf(from), next);
  }

  const specsBetween = (from: End, to: End) => linksAt(from).find((link) => isEnd(link.to, to))?.specs ?? [];

  function report(from: End, to: End, types: readonly AssociationType[], removed: boolean, source: ChangeSource): void {
    const [deal, other] = from.type === 'deals' ? [from, to] : [to, from];
    if (deal.type !== 'deals') return;
    if (ENGAGEMENTS.includes(other.type)) objects.touch('deals', deal.id);
    if (!REPORTED.includes(other.type)) return;
    for (const type of types) {
      if (type.category !== 'HUBSPOT_DEFINED') continue;
      const primary = type.label === 'Primary';
      const target = { dealId: deal.id, toType: other.type, toId: other.id };
      emit({ kind: 'associationChange', ...target, removed, primary, atMs: clock.nowMs(), source });
    }
  }

  function remove(from: End, to: End, source: ChangeSource, specs: readonly AssociationSpec[]): void {
    const gone = specsBetween(from, to).flatMap((spec) => {
      const type = labels.find(from.type, to.type, spec);
      return type !== undefined && specs.some((each) => isSameSpec(each, spec)) ? [type] : [];
    });
    if (gone.length === 0) return;
    const inverse = gone.map((type) => ({ category: type.category, typeId: type.inverseId }));
    const without = (all: readonly AssociationSpec[], less: readonly AssociationSpec[]) =>
      all.filter((spec) => !less.some((each) => isSameSpec(each, spec)));
    setSpecs(from, to, without(specsBetween(from, to), gone));
    setSpecs(to, from, without(specsBetween(to, from), inverse));
    report(from, to, gone, true, source);
  }

  const check: Associations['check'] = (from, to, specs) => {
    const unlabelled = unlabelledType(from.type, to.type);
    if (unlabelled === undefined) {
      throw badRequest(`${from.type} and ${to.type} cannot be associated.`);
    }
    const wanted = specs === 'default' ? [] : specs;
    const types = wanted.map((spec) => {
      const type = labels.find(from.type, to.type, spec);
      if (type !== undefined) return type;
      throw badRequest(
        `Association type ${spec.category} ${spec.typeId} does not lead from ${OBJECT_KINDS[from.type].typeId} to ${OBJECT_KINDS[to.type].typeId}.`,
      );
    });
    const ends: { type: ObjectType; id?: string }[] = [from, to];
    const missing = ends.filter(({ type, id }) => id !== undefined && !isLive({ type, id }));
    if (missing.length > 0) {
      throw badRequest('One or more associations are invalid', {
        context: { INVALID_OBJECT_IDS: missing.map(({ type, id }) => `${OBJECT_KINDS[type].typeId}/${id}`) },
      });
    }
    // Any label implies the plain link.
    return types.includes(unlabelled) ? types : [unlabelled, ...types];
  };

  return {
    check,
    linksOf: (from, toType) => linksAt(from).filter((link) => link.to.type === toType && isLive(link.to)),
    connect(from, to, specs, source) {
      const types = check(from, to, specs);
      const primary = primaryType(from.type, to.type);
      const dealEnd = from.type === 'companies' ? to : from;
      const otherPrimary = linksAt(dealEnd).find(
        (link) =>
          [from, to].some((end) => end.type === link.to.type) &&
          !isEnd(link.to, from) &&
          !isEnd(link.to, to) &&
          isLive(link.to) &&
          link.specs.some((spec) => labels.find(dealEnd.type, link.to.type, spec)?.label === 'Primary'),
      );
      // The first company becomes the primary one by itself; naming another primary takes the place from the first.
      if (primary !== undefined && otherPrimary === undefined && !types.includes(primary)) types.push(primary);
      if (primary !== undefined && otherPrimary !== undefined && types.includes(primary)) {
        const taken = primaryType(dealEnd.type, otherPrimary.to.type);
        if (taken !== undefined) remove(dealEnd, otherPrimary.to, source, [taken]);
      }
      const existing = specsBetween(from, to);
      const added = types.filter((type) => !existing.some((spec) => isSameSpec(spec, type)));
      if (added.length === 0) return;
      const plain = (type: AssociationType) => ({ category: type.category, typeId: type.typeId });
      setSpecs(from, to, [...existing, ...added.map(plain)]);
      setSpecs(to, from, [
        ...specsBetween(to, from),
        ...added.map((type) => ({ category: type.category, typeId: type.inverseId })),
      ]);
      report(from, to, added, false, source);
    },
    disconnect: (from, to, source, specs) => remove(from, to, source, specs ?? specsBetween(from, to)),
    moveAll(from, to) {
      for (const link of linksAt(from)) {
        const back = specsBetween(link.to, from);
        const merge = (a: readonly AssociationSpec[], b: readonly AssociationSpec[]) => [
          ...a,
          ...b.filter((spec) => !a.some((each) => isSameSpec(each, spec))),
        ];
        setSpecs(to, link.to, merge(specsBetween(to, link.to), link.specs));
        setSpecs(link.to, to, merge(specsBetween(link.to, to), back));
        setSpecs(link.to, from, []);
      }
      records.set(keyOf(from), []);
    },
  };
}
