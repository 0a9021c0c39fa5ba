import { isDeepStrictEqual } from 'node:util';
import type { ReleasedStack } from '../../cdk/released/release-templates.ts';
import { UPDATE_BEHAVIOUR } from './update-behaviour.ts';

export interface StackChange {
  /** `lost`: something that holds data, messages or an address goes. `changed`: a person has to look at it. */
  readonly kind: 'lost' | 'changed';
  readonly sentence: string;
}

/** What an update of a stack from one template to the other would do to what it holds. */
export function compareStacks(before: ReleasedStack, after: ReleasedStack): readonly StackChange[] {
  const renamed: StackChange[] =
    before.stackName === after.stackName
      ? []
      : [{ kind: 'lost', sentence: `the stack ${before.stackName} is called ${after.stackName}` }];
  return [
    ...renamed,
    ...Object.entries(before.Resources).flatMap(([id, now]): readonly StackChange[] => {
      const behaviour = UPDATE_BEHAVIOUR[now.Type];
      if (behaviour === undefined) return [];
      const next = after.Resources[id];
      const what = `${id} (${now.Type})`;
      if (next?.Type !== now.Type) {
        return [{ kind: 'lost', sentence: `${what} is gone, and with it ${behaviour.holds}` }];
      }
      const keys = [...new Set([...Object.keys(now.Properties ?? {}), ...Object.keys(next.Properties ?? {})])].sort();
      const changed = keys.filter((key) => !isDeepStrictEqual(now.Properties?.[key], next.Properties?.[key]));
      const policies = (['DeletionPolicy', 'UpdateReplacePolicy'] as const).filter((key) => now[key] !== next[key]);
      return [
        ...changed
          .filter((key) => behaviour.replacing.includes(key))
          .map(
            (key): StackChange => ({
              kind: 'lost',
              sentence: `${what} is replaced because of its ${key}, and with it ${behaviour.holds}`,
            }),
          ),
        ...[...policies, ...changed]
          .filter((key) => ![...behaviour.replacing, ...behaviour.harmless].includes(key))
          .map((key): StackChange => ({ kind: 'changed', sentence: `${what} has another ${key}` })),
      ];
    }),
  ];
}
