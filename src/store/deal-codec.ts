import type { Deal, Lane, RecordedTransition } from '../domain/deal.ts';
import { HubError } from '../domain/errors.ts';
import type { Stage } from '../domain/stages.ts';

/**
 * How STATE is stored: every deal event writes it whole and pays per kilobyte, so transitions are rows and what an id
 * repeats (its stage, its time, the beginning it shares with its neighbours) is written once.
 */
export interface StoredDeal {
  readonly v: 1;
  readonly id: string;
  readonly c: number;
  /** Index of the leading lane; when no lane is the leading record: connection and record. */
  readonly lead: number | readonly [string, string];
  readonly lanes: readonly StoredLane[];
  readonly info: Deal['details'];
  readonly into?: string;
  readonly at: number;
  readonly up: number;
}

interface StoredLane {
  readonly c: string;
  readonly r: string;
  /** What all transition ids begin with. */
  readonly p: string;
  /** Pipelines that occur. */
  readonly pp: readonly string[];
  readonly t: readonly StoredTransition[];
  readonly l?: readonly (readonly [string, Lane['lifecycle'][number]['what'], number, string?])[];
  readonly d?: readonly [string, number];
}

/** Id without the shared beginning, stage id, entry time, stage letter, configuration, pipeline (-1: none), granularity unless 1 ms. */
type StoredTransition = readonly [string, string, number, string, number, number, number?];

/** Letters are stored: a new stage gets a new letter, and no letter is ever given twice. */
const STAGE_LETTERS: Readonly<Record<Stage, string>> = {
  prospecting: 'p',
  qualification: 'q',
  solutioning: 's',
  demonstration: 'd',
  negotiation: 'n',
  procurement: 'c',
  implementation: 'i',
  management: 'm',
  expansion: 'e',
  lost: 'l',
  unknown: 'u',
};

const STAGES_BY_LETTER = new Map(Object.entries(STAGE_LETTERS).map(([stage, letter]) => [letter, stage as Stage]));

function commonBeginning(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    while (length > 0 && !text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** `$s` is the stage id, `$t` the entry time, `$$` a dollar sign. */
function shorten(rest: string, transition: RecordedTransition): string {
  const parts: readonly (readonly [string, string])[] = [
    [String(transition.enteredAtMs), '$t'],
    [transition.stageId, '$s'],
  ];
  let short = '';
  for (let at = 0; at < rest.length; ) {
    const part = parts.find(([text]) => text.length > 2 && rest.startsWith(text, at));
    short += part?.[1] ?? (rest[at] === '$' ? '$$' : rest[at]);
    at += part?.[0].length ?? 1;
  }
  return short;
}

function lengthen(short: string, stageId: string, enteredAtMs: number): string {
  return short.replace(/\$(.)/g, (_, letter: string) =>
    letter === 's' ? stageId : letter === 't' ? String(enteredAtMs) : letter,
  );
}

function encodeLane(lane: Lane): StoredLane {
  const beginning = commonBeginning(lane.transitions.map(({ id }) => id));
  const pipelines = [...new Set(lane.transitions.flatMap(({ pipelineId }) => pipelineId ?? []))];
  return {
    c: lane.connectionId,
    r: lane.recordId,
    p: beginning,
    pp: pipelines,
    t: lane.transitions.map((each): StoredTransition => {
      const row = [
        shorten(each.id.slice(beginning.length), each),
        each.stageId,
        each.enteredAtMs,
        STAGE_LETTERS[each.stage],
        each.configVersion,
        each.pipelineId === undefined ? -1 : pipelines.indexOf(each.pipelineId),
      ] as const;
      return each.granularityMs === 1 ? row : [...row, each.granularityMs];
    }),
    ...(lane.lifecycle.length === 0
      ? {}
      : {
          l: lane.lifecycle.map(({ id, what, atMs, intoRecordId }) =>
            intoRecordId === undefined ? ([id, what, atMs] as const) : ([id, what, atMs, intoRecordId] as const),
          ),
        }),
    ...(lane.dispute === undefined ? {} : { d: [lane.dispute.stageId, lane.dispute.observedAtMs] as const }),
  };
}

/** A newer version has more stages. Taken for `unknown`, the next save would write that over what it knew. */
function stageOf(letter: string): Stage {
  const stage = STAGES_BY_LETTER.get(letter);
  if (stage !== undefined) return stage;
  throw new HubError(
    'store.format-unknown',
    `the deal was in a stage that this version does not know (stored as "${letter}"); deploy the version that wrote it or a newer one`,
    { retry: 'never' },
  );
}

function decodeLane(lane: StoredLane): Lane {
  return {
    connectionId: lane.c,
    recordId: lane.r,
    transitions: lane.t.map(([id, stageId, enteredAtMs, letter, configVersion, pipeline, granularityMs = 1]) => {
      const pipelineId = lane.pp[pipeline];
      return {
        id: lane.p + lengthen(id, stageId, enteredAtMs),
        stageId,
        ...(pipelineId === undefined ? {} : { pipelineId }),
        enteredAtMs,
        granularityMs,
        stage: stageOf(letter),
        configVersion,
      };
    }),
    lifecycle: (lane.l ?? []).map(([id, what, atMs, intoRecordId]) => ({
      id,
      what,
      atMs,
      ...(intoRecordId === undefined ? {} : { intoRecordId }),
    })),
    ...(lane.d === undefined ? {} : { dispute: { stageId: lane.d[0], observedAtMs: lane.d[1] } }),
  };
}

export function encodeDeal(deal: Deal): StoredDeal {
  const { connectionId, recordId } = deal.leading;
  const lead = deal.lanes.findIndex((lane) => lane.connectionId === connectionId && lane.recordId === recordId);
  return {
    v: 1,
    id: deal.dealId,
    c: deal.configVersion,
    lead: lead < 0 ? [connectionId, recordId] : lead,
    lanes: deal.lanes.map(encodeLane),
    info: deal.details,
    ...(deal.mergedInto === undefined ? {} : { into: deal.mergedInto }),
    at: deal.createdAtMs,
    up: deal.updatedAtMs,
  };
}

/** Throws HubError `store.format-unknown` for a stage of a newer version. */
export function decodeDeal(stored: StoredDeal, version: number): Deal {
  const lanes = stored.lanes.map(decodeLane);
  const lane = typeof stored.lead === 'number' ? lanes[stored.lead] : undefined;
  const [connectionId, recordId] =
    typeof stored.lead === 'number' ? [lane?.connectionId ?? '', lane?.recordId ?? ''] : stored.lead;
  return {
    v: 1,
    dealId: stored.id,
    version,
    configVersion: stored.c,
    leading: { connectionId, recordId },
    lanes,
    details: stored.info,
    ...(stored.into === undefined ? {} : { mergedInto: stored.into }),
    createdAtMs: stored.at,
    updatedAtMs: stored.up,
  };
}
