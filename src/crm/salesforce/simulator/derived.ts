import type { Stages } from './stages.ts';
import { wireTime } from './times.ts';
import type { Fields, FieldValue } from './values.ts';

export interface DeriveContext {
  readonly stages: Stages;
  readonly atMs: number;
  /** A field of the record that a reference of this one points to. */
  readonly look: (type: string, id: FieldValue | undefined, field: string) => FieldValue;
}

/**
 * What the org computes when a record is saved.
 *
 * @param next the record with what was given in this save
 * @param given only what was given
 */
export function derivedFields(
  type: string,
  next: Fields,
  before: Fields | undefined,
  given: Fields,
  context: DeriveContext,
): Fields {
  switch (type) {
    case 'Opportunity':
      return opportunity(next, before, given, context);
    case 'Contact':
    case 'User':
      return { Name: [next['FirstName'], next['LastName']].filter((part) => typeof part === 'string').join(' ') };
    case 'Task':
      return task(next, before, context);
    case 'OpportunityLineItem':
      return lineItem(next, context);
    default:
      return {};
  }
}

/** A new stage brings its own probability and forecast category unless they are given too; unknown stages have none. */
function opportunity(next: Fields, before: Fields | undefined, given: Fields, { stages, atMs }: DeriveContext): Fields {
  const isMoved = before === undefined || before['StageName'] !== next['StageName'];
  const stage = stages.find(String(next['StageName']));
  const isTyped = typeof given['Probability'] === 'number';
  const probability = isMoved && !isTyped ? (stage?.probability ?? 0) : (next['Probability'] ?? 0);
  const amount = next['Amount'];
  return {
    Probability: probability,
    ExpectedRevenue: typeof amount === 'number' ? Math.round(amount * Number(probability)) / 100 : null,
    ...(isMoved
      ? {
          IsClosed: stage?.isClosed ?? false,
          IsWon: stage?.isWon ?? false,
          ForecastCategory: stage?.forecastCategory ?? 'Omitted',
          ForecastCategoryName: stage?.forecastCategoryName ?? 'Omitted',
        }
      : {}),
    ...(isMoved && before !== undefined ? { LastStageChangeDate: wireTime(atMs) } : {}),
  };
}

function task(next: Fields, before: Fields | undefined, { atMs, look }: DeriveContext): Fields {
  const isClosed = next['Status'] === 'Completed';
  const completed = isClosed ? (before?.['CompletedDateTime'] ?? wireTime(atMs)) : null;
  return {
    IsClosed: isClosed,
    IsHighPriority: next['Priority'] === 'High',
    CompletedDateTime: completed,
    AccountId: look('Opportunity', next['WhatId'], 'AccountId'),
  };
}

function lineItem(next: Fields, { look }: DeriveContext): Fields {
  const product = String(look('Product2', next['Product2Id'], 'Name') ?? '');
  return {
    TotalPrice: Number(next['Quantity'] ?? 0) * Number(next['UnitPrice'] ?? 0),
    ListPrice: next['ListPrice'] ?? next['UnitPrice'] ?? null,
    ProductCode: look('Product2', next['Product2Id'], 'ProductCode'),
    Name: `${String(look('Opportunity', next['OpportunityId'], 'Name') ?? '')} ${product}`,
  };
}
