/** ISO time in UTC with seven decimals, as DocuSign writes times (connect.schema-v2.json; "JSON SIM event model"). */
export function wireTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}
