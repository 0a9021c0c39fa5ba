import { isDeepStrictEqual } from 'node:util';
import { bucketLosses, type Change, type DataResource, lost, secretLosses, tableLosses } from './check-losses.ts';

/** As much of a CloudFormation template as is looked at. */
export interface DataTemplate {
  readonly Resources?: Readonly<Record<string, DataResource>>;
}

interface Held {
  readonly what: string;
  readonly name: string;
  /** Properties whose change makes CloudFormation put a new, empty one in place of what is there. */
  readonly replacing: readonly string[];
  /** What else would lose something of what it holds, or what keeps it. */
  readonly losses: (change: Change) => readonly string[];
}

/** What holds data. "Update requires: Replacement" in the CloudFormation template reference, one page per type. */
const HELD: Readonly<Record<string, Held>> = {
  'AWS::DynamoDB::Table': {
    what: 'table',
    name: 'TableName',
    replacing: ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
    losses: tableLosses,
  },
  'AWS::S3::Bucket': {
    what: 'bucket',
    name: 'BucketName',
    replacing: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
    losses: bucketLosses,
  },
  'AWS::SecretsManager::Secret': { what: 'secret', name: 'Name', replacing: ['Name'], losses: secretLosses },
};

/** Whatever else was put into the stack to be kept: only that it goes can be told of it. */
const ANYTHING_KEPT: Held = { what: 'resource', name: '', replacing: [], losses: () => [] };

/** Both keep what exists already ("DeletionPolicy attribute", CloudFormation template reference). */
const KEEPING: readonly unknown[] = ['Retain', 'RetainExceptOnCreate'];

/**
 * Why the data stack must not be deployed over what is there, one sentence each: something that holds data would be
 * replaced, deleted, emptied, or lose what keeps it. Empty when nothing is deployed yet or nothing is in danger.
 *
 * @param letGo what somebody means to leave behind: names of secrets of connections that are gone for good,
 *   `<table>/<index>` and `<bucket>/<lifecycle rule>`
 */
export function dataInDanger(
  deployed: DataTemplate | undefined,
  wanted: DataTemplate,
  letGo: readonly string[] = [],
): readonly string[] {
  const then = wanted.Resources ?? {};
  return Object.entries(deployed?.Resources ?? {}).flatMap(([id, now]) => {
    const held = HELD[now.Type] ?? (KEEPING.includes(now.DeletionPolicy) ? ANYTHING_KEPT : undefined);
    if (held === undefined) return [];
    const next = then[id];
    const name = nameOf(now, held, id);
    const title = `The ${held.what} ${name}`;
    if (next?.Type === now.Type) return changes(held, { title, name, now, next, letGo });
    const moved = Object.entries(then).find(
      ([other, each]) => held !== ANYTHING_KEPT && other !== id && each.Type === now.Type && sameName(each, now, held),
    );
    if (moved !== undefined) {
      return [
        `${title} would get the logical id ${moved[0]} (it is ${id}): CloudFormation would make a new one beside it. Give it its old id back.`,
      ];
    }
    if (held.what !== 'secret')
      return [`${title} would be taken out of the stack. Put it back into cdk/data-stack.ts.`];
    if (letGo.includes(name)) return [];
    return [
      `${title} belongs to no connection any more. Keep the connection in the configuration (mode: observe), or say that it may be left behind: npm run deploy -- --let-go ${name}`,
    ];
  });
}

function changes(held: Held, change: Change): readonly string[] {
  const { title, now, next } = change;
  const replaced = held.replacing.filter((key) => !isDeepStrictEqual(now.Properties?.[key], next.Properties?.[key]));
  const unkept = (['DeletionPolicy', 'UpdateReplacePolicy'] as const).filter(
    (key) => KEEPING.includes(now[key]) && !KEEPING.includes(next[key]),
  );
  return [
    ...replaced.map((key) => `${title} would be replaced by an empty one: another ${key}.`),
    ...unkept.map((key) => lost(title, key)),
    ...held.losses(change),
  ];
}

function nameOf({ Properties }: DataResource, held: Held, id: string): string {
  const name = Properties?.[held.name];
  return typeof name === 'string' ? name : id;
}

function sameName(one: DataResource, other: DataResource, { name }: Held): boolean {
  return isDeepStrictEqual(one.Properties?.[name], other.Properties?.[name]);
}
