import * as z from 'zod';
import type { Finding } from './config-problem.ts';
import { explainIssue } from './explain-issue.ts';
import { type ConfigFile, fileSchema } from './file-schema.ts';
import { configJsonSchema } from './json-schema.ts';
import { type Path, valueAt } from './path.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { crmId } from './words.ts';

/** A part of the file and where it stands. */
export interface Located<T> {
  readonly path: Path;
  readonly value: T;
}

/**
 * What the checks between the parts need, read without judging: whatever is absent or broken is undefined here, since
 * the schema tells it, and one broken line must not hide what is wrong elsewhere.
 */
export interface Parts {
  readonly connections: ReadonlyMap<string, ConnectionView>;
  readonly pipelines: readonly Located<PipelineView>[];
  readonly contracts: readonly Located<ContractView>[];
  readonly plays: readonly Located<PlayView>[];
}

/** The part if it is as it should be, and otherwise nothing. */
function lenient<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

function listOf<T extends z.ZodType>(entry: T) {
  return z.array(z.preprocess((value) => value ?? {}, entry)).catch([]);
}

const when = lenient(z.object({ pipelines: z.array(lenient(crmId)).catch([]) }));

const syncView = z.object({
  connection: lenient(z.string()),
  leads: lenient(z.string()),
  pipelines: z.array(lenient(crmId)).catch([]),
});
const connectionView = z
  .object({
    provider: lenient(z.string()),
    settings: lenient(z.record(z.string(), z.unknown())),
    mode: lenient(z.string()),
    syncedWith: lenient(syncView),
  })
  .catch({ provider: undefined, settings: undefined, mode: undefined, syncedWith: undefined });

const pipelineView = z
  .object({ connection: lenient(z.string()), id: lenient(crmId), stages: z.record(z.string(), z.unknown()).catch({}) })
  .catch({ connection: undefined, id: undefined, stages: {} });

const documentView = z.object({ file: lenient(z.string()), when }).catch({ file: undefined, when: undefined });
const recipientView = z
  .object({ role: lenient(z.string()), kind: lenient(z.string()) })
  .catch({ role: undefined, kind: undefined });
const fieldView = z
  .object({ tab: lenient(z.string()), from: lenient(z.string()) })
  .catch({ tab: undefined, from: undefined });

const contractView = z.object({
  name: lenient(z.string()),
  when,
  esign: lenient(z.string()),
  subject: lenient(z.string()),
  message: lenient(z.string()),
  documents: listOf(documentView),
  recipients: listOf(recipientView),
  fields: listOf(fieldView),
  afterSigning: lenient(z.object({ advanceTo: lenient(z.object({ stage: crmId, pipeline: crmId.exactOptional() })) })),
});

const taskView = z
  .object({
    key: lenient(z.string()),
    title: lenient(z.string()),
    body: lenient(z.string()),
    after: z.array(lenient(z.string())).catch([]),
    when,
  })
  .catch({ key: undefined, title: undefined, body: undefined, after: [], when: undefined });

const playView = z.object({ name: lenient(z.string()), when, tasks: listOf(taskView) });

export type ConnectionView = z.infer<typeof connectionView>;
export type PipelineView = z.infer<typeof pipelineView>;
export type ContractView = z.infer<typeof contractView>;
export type PlayView = z.infer<typeof playView>;

export interface ReadFile {
  /** Present when the file agrees with the schema. */
  readonly file: ConfigFile | undefined;
  readonly parts: Parts;
  readonly findings: readonly Finding[];
}

/** Compares the data of a file with the schema. */
export function readParts(data: unknown, providers: readonly ProviderSettings[]): ReadFile {
  const whole = fileSchema(providers).safeParse(data);
  const schema = whole.success ? undefined : configJsonSchema(providers);
  const findings =
    schema === undefined ? [] : (whole.error?.issues ?? []).flatMap((issue) => explainIssue(issue, data, schema));
  const connections = z
    .record(z.string(), z.unknown())
    .catch({})
    .parse(valueAt(data, ['connections']));
  return {
    file: whole.data,
    findings,
    parts: {
      connections: new Map(Object.entries(connections).map(([id, block]) => [id, connectionView.parse(block)])),
      pipelines: readList(data, 'pipelines', pipelineView),
      contracts: readList(data, 'contracts', contractView),
      plays: readList(data, 'plays', playView),
    },
  };
}

function readList<T extends z.ZodType>(data: unknown, name: string, view: T): readonly Located<z.infer<T>>[] {
  const list = valueAt(data, [name]);
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown, index) => {
    const read = view.safeParse(each);
    return read.success ? [{ path: [name, index], value: read.data }] : [];
  });
}
