import { isDeepStrictEqual } from 'node:util';

/** As much of a resource in a CloudFormation template as is looked at. */
export interface DataResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A resource that stays, as it is deployed and as it is wanted. */
export interface Change {
  /** e.g. `The table acme` */
  readonly title: string;
  /** Begins what may be let go of it, e.g. `acme` in `acme/listing`. */
  readonly name: string;
  readonly now: DataResource;
  readonly next: DataResource;
  readonly letGo: readonly string[];
}

/** The sentence for something that loses what keeps it. */
export function lost(title: string, key: string): string {
  return `${title} would lose ${key}, which keeps it.`;
}

/** What a table would lose: items, an index, or what brings it back. */
export function tableLosses(change: Change): readonly string[] {
  const { title, now, next } = change;
  const types = attributeTypes(next);
  const retyped = [...attributeTypes(now)].filter(([name, type]) => types.has(name) && types.get(name) !== type);
  const isProtected = (table: DataResource) => table.Properties?.DeletionProtectionEnabled === true;
  return [
    ...retyped.map(([name]) => `${title} would be replaced by an empty one: another type of the attribute ${name}.`),
    ...(isProtected(now) && !isProtected(next) ? [lost(title, 'DeletionProtectionEnabled')] : []),
    ...recoveryLosses(change),
    ...timeToLiveLosses(change),
    ...indexLosses(change),
  ];
}

/** Attributes of a table with their types: editing one of them replaces the table ("AWS::DynamoDB::Table"). */
function attributeTypes(table: DataResource): ReadonlyMap<unknown, unknown> {
  const definitions = listIn(table.Properties, 'AttributeDefinitions');
  return new Map(definitions.map((each) => [fieldOf(each, 'AttributeName'), fieldOf(each, 'AttributeType')]));
}

/** Days when nothing is said ("AWS::DynamoDB::Table PointInTimeRecoverySpecification"). */
const RECOVERY_DAYS = 35;

function recoveryLosses({ title, now, next }: Change): readonly string[] {
  const daysOf = ({ Properties }: DataResource): number => {
    const recovery = Properties?.PointInTimeRecoverySpecification;
    if (fieldOf(recovery, 'PointInTimeRecoveryEnabled') !== true) return 0;
    return numberIn(recovery, 'RecoveryPeriodInDays') ?? RECOVERY_DAYS;
  };
  const [before, after] = [daysOf(now), daysOf(next)];
  if (after >= before) return [];
  return after === 0
    ? [lost(title, 'PointInTimeRecoveryEnabled')]
    : [`${title} could be brought back to the last ${after} days only, not ${before}.`];
}

/** Turning it off keeps items longer and loses none. Another attribute is also refused by AWS in one step. */
function timeToLiveLosses({ title, now, next }: Change): readonly string[] {
  const attributeOf = ({ Properties }: DataResource): unknown => {
    const spec = Properties?.TimeToLiveSpecification;
    return fieldOf(spec, 'Enabled') === true ? fieldOf(spec, 'AttributeName') : undefined;
  };
  const [before, after] = [attributeOf(now), attributeOf(next)];
  if (before === undefined || after === undefined || before === after) return [];
  return [`${title} would delete items by the attribute ${after}, not ${before}: others would go, at other times.`];
}

/** One index can be made or taken away per update, and none can be changed ("AWS::DynamoDB::Table"). */
function indexLosses({ title, name, now, next, letGo }: Change): readonly string[] {
  const indexesOf = (table: DataResource) =>
    new Map(
      listIn(table.Properties, 'GlobalSecondaryIndexes').map((each) => [String(fieldOf(each, 'IndexName')), each]),
    );
  const [before, after] = [indexesOf(now), indexesOf(next)];
  const gone = [...before.keys()].filter((index) => !after.has(index));
  const made = [...after.keys()].filter((index) => !before.has(index));
  const changed = [...before].filter(([index, each]) =>
    ['KeySchema', 'Projection'].some(
      (key) => after.has(index) && !isDeepStrictEqual(fieldOf(each, key), fieldOf(after.get(index), key)),
    ),
  );
  const atOnce = [...gone, ...made];
  return [
    ...gone
      .filter((index) => !letGo.includes(`${name}/${index}`))
      .map(
        (index) =>
          `${title} would lose the index ${index}. Take it away one release after the last code that asks it, and say so: npm run deploy -- --let-go ${name}/${index}`,
      ),
    ...changed.map(
      ([index]) =>
        `${title} would have another index ${index} in place of the one that is there; lists would be empty while it is built. Give the new index a name of its own.`,
    ),
    ...(atOnce.length > 1
      ? [
          `${title} would have ${atOnce.length} indexes made or taken away at once (${atOnce.join(', ')}); CloudFormation does one at a time. Spread them over releases.`,
        ]
      : []),
  ];
}

/** What a bucket would lose: files that it keeps now, or their older versions. */
export function bucketLosses({ title, name, now, next, letGo }: Change): readonly string[] {
  const isVersioned = ({ Properties }: DataResource) =>
    fieldOf(Properties?.VersioningConfiguration, 'Status') === 'Enabled';
  const before = deletionsOf(now);
  const sooner = deletionsOf(next).filter((each) => !before.some((known) => includes(known, each)));
  return [
    ...(isVersioned(now) && !isVersioned(next) ? [lost(title, 'VersioningConfiguration')] : []),
    ...sooner
      .filter(({ rule }) => !letGo.includes(`${name}/${rule}`))
      .map(
        ({ rule, what, prefix, when }) =>
          `${title} would delete ${what} under "${prefix}" ${when}, which it keeps now. If that is meant: npm run deploy -- --let-go ${name}/${rule}`,
      ),
  ];
}

interface Deletion {
  /** The rule's id, or the prefix that it is about. */
  readonly rule: string;
  readonly what: 'files' | 'older versions of files';
  readonly prefix: string;
  /** Tags and sizes that narrow it down; the same text for the same ones. */
  readonly filter: string;
  readonly days: number;
  readonly when: string;
}

/** What the lifecycle rules of a bucket delete ("AWS::S3::Bucket Rule"); what only tidies up deletes nothing. */
function deletionsOf({ Properties }: DataResource): readonly Deletion[] {
  const rules = listIn(Properties?.LifecycleConfiguration, 'Rules');
  return rules
    .filter((rule) => fieldOf(rule, 'Status') === 'Enabled')
    .flatMap((rule) => {
      const prefix = String(fieldOf(rule, 'Prefix') ?? '');
      const narrowing = ['TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];
      const common = {
        rule: String(fieldOf(rule, 'Id') ?? (prefix === '' ? 'all' : prefix)),
        prefix,
        filter: JSON.stringify(narrowing.map((key) => fieldOf(rule, key))),
      };
      const date = fieldOf(rule, 'ExpirationDate');
      const days = date === undefined ? numberIn(rule, 'ExpirationInDays') : 0;
      const noncurrent = fieldOf(rule, 'NoncurrentVersionExpiration');
      const olderDays = numberIn(noncurrent, 'NoncurrentDays') ?? numberIn(rule, 'NoncurrentVersionExpirationInDays');
      const when = date === undefined ? `${inDays(days ?? 0)} after they were written` : `from ${String(date)} on`;
      return [
        ...(days === undefined ? [] : [{ ...common, what: 'files' as const, days, when }]),
        ...(olderDays === undefined
          ? []
          : [
              {
                ...common,
                what: 'older versions of files' as const,
                days: olderDays,
                when: `${inDays(olderDays)} after they were replaced`,
              },
            ]),
      ];
    });
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** Whether everything that `next` would delete is deleted by `known` as early. */
function includes(known: Deletion, next: Deletion): boolean {
  const isWider = next.prefix.startsWith(known.prefix) && (known.filter === next.filter || known.filter === EVERYTHING);
  return known.what === next.what && isWider && known.days <= next.days;
}

const EVERYTHING = JSON.stringify([undefined, undefined, undefined]);

/** CloudFormation writes the value anew when what it was made from changes ("AWS::SecretsManager::Secret"). */
export function secretLosses({ title, now, next }: Change): readonly string[] {
  return ['GenerateSecretString', 'SecretString']
    .filter((key) => !isDeepStrictEqual(now.Properties?.[key], next.Properties?.[key]))
    .map((key) => `${title} would get a new value over the keys that somebody put in: another ${key}.`);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function numberIn(value: unknown, name: string): number | undefined {
  const number = Number(fieldOf(value, name) ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
