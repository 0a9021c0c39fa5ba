import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { type RangeOptions, sortKeyCondition } from './key-range.ts';

/** Builds the key condition; undefined when nothing can match. */
export function keyCondition(
  names: { readonly partition: string; readonly sort: string },
  pk: string,
  options: RangeOptions,
): Pick<QueryCommandInput, 'KeyConditionExpression' | 'ExpressionAttributeValues'> | undefined {
  const condition = sortKeyCondition(options);
  const hash = `${names.partition} = :pk`;
  const values = (more: Record<string, AttributeValue>) => ({ ':pk': { S: pk }, ...more });
  switch (condition.kind) {
    case 'none':
      return undefined;
    case 'all':
      return { KeyConditionExpression: hash, ExpressionAttributeValues: values({}) };
    case 'begins-with':
      return {
        KeyConditionExpression: `${hash} AND begins_with(${names.sort}, :value)`,
        ExpressionAttributeValues: values({ ':value': { S: condition.value } }),
      };
    case 'above':
    case 'below':
      return {
        KeyConditionExpression: `${hash} AND ${names.sort} ${condition.kind === 'above' ? '>' : '<'} :value`,
        ExpressionAttributeValues: values({ ':value': { S: condition.value } }),
      };
    case 'between':
      return {
        KeyConditionExpression: `${hash} AND ${names.sort} BETWEEN :from AND :to`,
        ExpressionAttributeValues: values({ ':from': { S: condition.from }, ':to': { S: condition.to } }),
      };
  }
}
