import type { AwsCall } from '../bench/flow/aws-tap.ts';
import { dollarsOf } from './usage.ts';

/** What one function spent on one kind of item. */
export interface TableShare {
  /** E.g. `record SIGNAL`. */
  readonly who: string;
  readonly writeUnits: number;
  readonly readUnits: number;
}

interface TextKey {
  readonly pk?: { readonly S?: string };
  readonly sk?: { readonly S?: string };
}

/** Sort keys begin with the kind of the item; a reference is known by its partition. */
function kindOf({ input, operation }: AwsCall): string {
  const key = (input['Item'] ?? input['Key']) as TextKey | undefined;
  const values = Object.values((input['ExpressionAttributeValues'] ?? {}) as Record<string, { readonly S?: string }>);
  const partition = key?.pk?.S ?? values[0]?.S ?? '';
  const sort = key?.sk?.S ?? 'REF';
  if (operation === 'Query') return `all of ${partition.split('#')[0]}`;
  if (partition.startsWith('DAY#')) return 'DELIVERY';
  return (sort === 'REF' ? partition : sort).split('#')[0] ?? '';
}

/** Dearest first. */
export function tableShares(calls: readonly AwsCall[]): readonly TableShare[] {
  const shares = new Map<string, TableShare>();
  for (const call of calls) {
    if (call.service !== 'dynamodb') continue;
    const who = `${call.functionName} ${kindOf(call)}`;
    const { writeUnits, readUnits } = shares.get(who) ?? { writeUnits: 0, readUnits: 0 };
    shares.set(who, { who, writeUnits: writeUnits + call.writeUnits, readUnits: readUnits + call.readUnits });
  }
  const price = (share: TableShare) => dollarsOf({ tableWriteUnit: share.writeUnits, tableReadUnit: share.readUnits });
  return [...shares.values()].sort((one, other) => price(other) - price(one));
}
