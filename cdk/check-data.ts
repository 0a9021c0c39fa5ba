import { isDeepStrictEqual } from 'node:util';

/** As much of a CloudFormation template as is looked at. */
export interface DataTemplate {
  readonly Resources?: Readonly<Record<string, DataResource>>;
}

interface DataResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Held {
  readonly what: string;
  readonly name: string;
  /** Properties whose change makes CloudFormation put a new, empty one in place of what is there. */
  readonly replacing: readonly string[];
}

/** What holds data. "Update requires: Replacement" in the CloudFormation template reference. */
const HELD: Readonly<Record<string, Held>> = {
  'AWS::DynamoDB::Table': {
    what: 'table',
    name: 'TableName',
    replacing: ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
  },
  'AWS::S3::Bucket': {
    what: 'bucket',
    name: 'BucketName',
    replacing: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
  },
  'AWS::SecretsManager::Secret': { what: 'secret', name: 'Name', replacing: ['Name'] },
};

/**
 * Why the data stack must not be deployed over what is there, one sentence each: something that holds data would be
 * replaced, deleted, or lose what keeps it. Empty when nothing is deployed yet or nothing is in danger.
 *
 * @param letGo names of secrets that somebody means to leave behind: of connections that are gone for good
 */
export function dataInDanger(
  deployed: DataTemplate | undefined,
  wanted: DataTemplate,
  letGo: readonly string[] = [],
): readonly string[] {
  const then = wanted.Resources ?? {};
  return Object.entries(deployed?.Resources ?? {}).flatMap(([id, now]) => {
    const held = HELD[now.Type];
    if (held === undefined) return [];
    const next = then[id];
    const title = `The ${held.what} ${nameOf(now, held, id)}`;
    if (next?.Type === now.Type) return changes(title, held, now, next);
    const moved = Object.entries(then).find(
      ([other, each]) => other !== id && each.Type === now.Type && sameName(each, now, held),
    );
    if (moved !== undefined) {
      return [
        `${title} would get the logical id ${moved[0]} (it is ${id}): CloudFormation would make a new one beside it. Give it its old id back.`,
      ];
    }
    if (held.what !== 'secret')
      return [`${title} would be taken out of the stack. Put it back into cdk/data-stack.ts.`];
    const name = nameOf(now, held, id);
    if (letGo.includes(name)) return [];
    return [
      `${title} belongs to no connection any more. Keep the connection in the configuration (mode: observe), or say that it may be left behind: npm run deploy -- --let-go ${name}`,
    ];
  });
}

function changes(title: string, held: Held, now: DataResource, next: DataResource): readonly string[] {
  const replaced = held.replacing.filter((key) => !isDeepStrictEqual(now.Properties?.[key], next.Properties?.[key]));
  const retyped = retypedAttributes(now).filter(([name, type]) =>
    retypedAttributes(next).some(([other, otherType]) => other === name && otherType !== type),
  );
  const problems = [
    ...replaced.map((key) => `another ${key}`),
    ...retyped.map(([name]) => `another type of the attribute ${name}`),
  ].map((what) => `${title} would be replaced by an empty one: ${what}.`);
  const unkept = (['DeletionPolicy', 'UpdateReplacePolicy'] as const).filter(
    (key) => now[key] === 'Retain' && next[key] !== 'Retain',
  );
  if (now.Properties?.DeletionProtectionEnabled === true && next.Properties?.DeletionProtectionEnabled !== true) {
    return [...problems, ...unkept.map(lost), lost('DeletionProtectionEnabled')];
  }
  return [...problems, ...unkept.map(lost)];

  function lost(key: string): string {
    return `${title} would lose ${key}, which keeps it.`;
  }
}

/** Attributes of a table with their types: changing one of them replaces the table as well. */
function retypedAttributes({ Properties }: DataResource): readonly (readonly [unknown, unknown])[] {
  const definitions = Properties?.AttributeDefinitions;
  if (!Array.isArray(definitions)) return [];
  return definitions.map((each: { AttributeName?: unknown; AttributeType?: unknown }) => [
    each.AttributeName,
    each.AttributeType,
  ]);
}

function nameOf({ Properties }: DataResource, held: Held, id: string): string {
  const name = Properties?.[held.name];
  return typeof name === 'string' ? name : id;
}

function sameName(one: DataResource, other: DataResource, { name }: Held): boolean {
  return isDeepStrictEqual(one.Properties?.[name], other.Properties?.[name]);
}
