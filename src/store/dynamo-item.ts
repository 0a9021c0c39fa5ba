import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { HubError } from '../domain/errors.ts';
import type { Item, Key } from './table.ts';
import { ITEM_FORMAT } from './table-schema.ts';

export type Attributes = Record<string, AttributeValue>;

export function keyAttributes(key: Key): Attributes {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

/** Data is JSON text: cheaper than a map, and empty strings and long numbers stay what they are. */
export function toAttributes(item: Item, json: string): Attributes {
  return {
    ...keyAttributes(item),
    v: { N: String(ITEM_FORMAT) },
    ver: { N: String(item.version) },
    d: { S: json },
    ...(item.listing === undefined ? {} : { lp: { S: item.listing.pk }, ls: { S: item.listing.sk } }),
    ...(item.expiresAtSeconds === undefined ? {} : { ttl: { N: String(item.expiresAtSeconds) } }),
  };
}

export function textOf(attributes: Attributes, name: string): string | undefined {
  return attributes[name]?.S ?? attributes[name]?.N;
}

export function listingOf(attributes: Attributes): { pk: string; sk: string } | undefined {
  const pk = textOf(attributes, 'lp');
  const sk = textOf(attributes, 'ls');
  return pk === undefined || sk === undefined ? undefined : { pk, sk };
}

/** Throws HubError `store.format-unknown` for an item that a newer version wrote. */
export function fromAttributes<T>(attributes: Attributes): Item<T> {
  const key = { pk: textOf(attributes, 'pk') ?? '', sk: textOf(attributes, 'sk') ?? '' };
  const format = Number(textOf(attributes, 'v') ?? Number.NaN);
  const json = textOf(attributes, 'd');
  if (json === undefined || !(format === ITEM_FORMAT || format === ITEM_FORMAT - 1)) {
    throw new HubError(
      'store.format-unknown',
      `The item ${key.pk} / ${key.sk} has format ${format}, this version reads ${ITEM_FORMAT}; deploy the version that wrote it or a newer one.`,
      { retry: 'never', context: key },
    );
  }
  const listing = listingOf(attributes);
  const ttl = textOf(attributes, 'ttl');
  return {
    ...key,
    version: Number(textOf(attributes, 'ver') ?? 0),
    data: JSON.parse(json) as T,
    ...(listing === undefined ? {} : { listing }),
    ...(ttl === undefined ? {} : { expiresAtSeconds: Number(ttl) }),
  };
}
